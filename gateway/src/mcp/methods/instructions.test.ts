import { expect, test } from 'vitest';
import type { Catalog } from '../../catalog/catalog.ts';
import type { Server } from '../../registry/types.ts';
import { plain } from '../../upstream/testing/servers.ts';
import type { Caller } from '../call/caller.ts';
import { instructionsFor } from './instructions.ts';

const owner = { clientId: 'red', sessionId: null };

function merged(texts: Record<string, unknown>, allowed = Object.keys(texts)): string | undefined {
  const servers = new Map(Object.keys(texts).map((id) => [id, plain({ id })]));
  const catalog = {
    described: ({ id }: Server) =>
      texts[id] === null ? undefined : { era: 'legacy', initializeResult: { instructions: texts[id] } },
  } as unknown as Catalog;
  const caller = { client: { allowServers: new Set(allowed) }, registry: { servers }, only: null };
  return instructionsFor(catalog, caller as unknown as Caller, owner, undefined).instructions;
}

test('omits servers that are not allowed, unknown, or without instructions', () => {
  expect(
    merged({ a: 'use a', b: 'use b', c: null, d: undefined, e: ' ', f: 7 }, ['a', 'c', 'd', 'e', 'f']),
  ).toBe('# a (its tools begin with a__)\n\nuse a');
  expect(merged({ a: null })).toBeUndefined();
});

test('shortens long instructions and stops at the total limit', () => {
  const texts = Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`s${n}`, 'x'.repeat(10_000)]));
  const text = merged(texts) ?? '';
  expect(text.length).toBeLessThanOrEqual(32_000 + 40);
  expect(text.match(/^# s\d+/gm)?.length).toBeGreaterThan(5);
  expect(text.split('\n\n').every((part) => part.length <= 4_000)).toBe(true);
});
