import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { confirmed } from '../../test/confirmed.ts';
import { writeRegistry } from './write.ts';

const { href: write } = new URL('./write.ts', import.meta.url);
const { href: history } = new URL('./history.ts', import.meta.url);
let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lmcp-write-'));
  path = join(folder, 'registry.yaml');
  writeFileSync(path, 'old\n');
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a new registry is on the disk before it takes the place of the old one, and then the exchange is', () => {
  const program = `import { writeRegistry } from ${JSON.stringify(write)}; await writeRegistry(${JSON.stringify(path)}, 'new\\n');`;
  expect(confirmed(folder, program)).toEqual([
    'fsync .registry.yaml.TMP',
    'rename .registry.yaml.TMP registry.yaml',
    'fsync .',
  ]);
  expect(readFileSync(path, 'utf8')).toBe('new\n');
});

test('what is kept of the old one is on the disk, under its name', () => {
  const program = `import { keepInHistory } from ${JSON.stringify(history)}; await keepInHistory(${JSON.stringify(path)}, 'old\\n', 0);`;
  expect(confirmed(folder, program)).toEqual([
    'fsync .',
    expect.stringMatching(/^fsync \.registry-history\/1970-.*\.yaml$/),
    'fsync .registry-history',
  ]);
});

/** Another process that writes it; the machine stands still for a second and a half between its look at the file and the exchange. */
function stalledWriter(text: string, before: string): Promise<boolean> {
  const program = `import { writeRegistry } from ${JSON.stringify(write)};
    process.exitCode = (await writeRegistry(${[path, text, before].map((part) => JSON.stringify(part)).join()})) ? 10 : 20;`;
  const stall = ['-f', '-qq', '-o', '/dev/null', '-e', 'inject=rename:delay_enter=1500000'];
  const child = spawn('strace', [...stall, process.execPath, '--input-type=module', '-e', program]);
  return once(child, 'exit').then(([code]) => {
    expect([10, 20]).toContain(code);
    return code === 10;
  });
}

test('two processes exchange it at the same moment: one of them is told that it came too late', async () => {
  const stalled = stalledWriter('theirs\n', 'old\n');
  await expect
    .poll(() => readdirSync(folder).some((name) => name.endsWith('.tmp')), { timeout: 20_000 })
    .toBe(true);
  await pause(500);
  const ours = await writeRegistry(path, 'ours\n', 'old\n');
  const theirs = await stalled;
  expect([ours, theirs].filter(Boolean)).toHaveLength(1);
  expect(readFileSync(path, 'utf8')).toBe(ours ? 'ours\n' : 'theirs\n');
}, 30_000);
