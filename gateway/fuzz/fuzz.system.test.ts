import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { runFuzzer } from './runFuzzer.ts';

vi.setConfig({ testTimeout: 120_000 });

let folder: string;
let output: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lmcp-fuzz-'));
  output = '';
});
afterEach(() => rmSync(folder, { recursive: true }));

const onOutput = (text: string): void => {
  output += text;
};

test('the fuzzer sees the branches of TypeScript: it finds a fault that chance would not', async () => {
  const target = 'testing/planted.ts';
  expect(await runFuzzer({ target, folder, until: { inputs: 5_000_000 }, seed: 1, onOutput })).toBe(false);
  expect(output).toContain('the planted fault');
  expect(readdirSync(folder).filter((name) => name.startsWith('crash-'))).toHaveLength(1);
});

test.each(['demultiplexer', 'router'])('some thousand inputs for the %s: none fails', async (name) => {
  const target = `targets/${name}.ts`;
  const fine = await runFuzzer({ target, folder, until: { inputs: 2_000 }, seed: 1, onOutput });
  expect(fine, output).toBe(true);
  // One way that leads to another is kept beside it: without guidance there would be no more than the first.
  expect(readdirSync(join(folder, 'corpus')).length).toBeGreaterThan(5);
});
