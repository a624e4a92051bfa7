import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { registryJsonSchema } from '../src/registry/schema/schema.ts';

/** The keys of a JSON Schema and of everything in it. */
function keysOf(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { properties = {} } = schema as { properties?: object };
  return [...Object.keys(properties), ...Object.values(schema).flatMap(keysOf)];
}

test('docs/registry.md names every key of the registry', () => {
  const page = readFileSync(new URL('../../docs/registry.md', import.meta.url), 'utf8');
  const keys = new Set(keysOf(registryJsonSchema()));
  expect(keys.size).toBeGreaterThan(60);
  expect([...keys].filter((key) => !new RegExp(`\\b${key}\\b`).test(page))).toEqual([]);
});
