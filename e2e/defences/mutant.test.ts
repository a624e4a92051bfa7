import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Anchor, Claim, Operator } from './claim.ts';
import { mutant } from './mutant.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'lmcp-mutant-'));
  await write('gateway/src/policy/decide.ts', 'export function decide(a: boolean) {\n  return a;\n}\n');
  await write('gateway/src/policy/decide.test.ts', 'function decide() {}\n');
});
afterAll(() => rm(root, { recursive: true }));

async function write(file: string, text: string): Promise<void> {
  await mkdir(dirname(join(root, file)), { recursive: true });
  await writeFile(join(root, file), text);
}

const claim = (file: string, anchor: Anchor, operator: Operator): Claim => ({
  claim: 'denied',
  promise: 'grants',
  file,
  anchor,
  operator,
  test: { file: 'x.test.ts' },
});
const anchor: Anchor = { in: 'decide', node: 'return' };

test('returns the mutated text', async () => {
  const text = await mutant(root, claim('gateway/src/policy/decide.ts', anchor, { replace: true }));
  expect(text).toBe('export function decide(a: boolean) {\n  return true;\n}\n');
});

test('names the files that declare the function where the file is gone', async () => {
  await expect(mutant(root, claim('gateway/src/decide.ts', anchor, { replace: true }))).rejects.toThrow(
    'gateway/src/decide.ts does not exist. Files that declare decide: gateway/src/policy/decide.ts.',
  );
});

test('rejects a mutant that equals the original', async () => {
  await write('same.ts', 'function decide() {\n  return true;\n}\n');
  await expect(mutant(root, claim('same.ts', anchor, { replace: true }))).rejects.toThrow(
    'equal to the original',
  );
});

test('rejects a mutant that does not parse', async () => {
  await write('broken.ts', 'function decide() {\n  return f(...x);\n}\n');
  await expect(
    mutant(root, claim('broken.ts', { in: 'decide', node: 'call' }, 'call-to-argument')),
  ).rejects.toThrow('does not parse');
});
