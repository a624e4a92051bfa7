import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { confirmed } from '../../../test/confirmed.ts';
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

test('flushes a new registry before it replaces the old one, and then flushes the rename', () => {
  const program = `import { writeRegistry } from ${JSON.stringify(write)}; await writeRegistry(${JSON.stringify(path)}, 'new\\n');`;
  expect(confirmed(folder, program)).toEqual([
    'fsync .registry.yaml.TMP',
    'rename .registry.yaml.TMP registry.yaml',
    'fsync .',
  ]);
  expect(readFileSync(path, 'utf8')).toBe('new\n');
});

test('flushes the kept copy of the old registry, and its name', () => {
  const program = `import { keepInHistory } from ${JSON.stringify(history)}; await keepInHistory(${JSON.stringify(path)}, 'old\\n', 0);`;
  expect(confirmed(folder, program)).toEqual([
    'fsync .',
    expect.stringMatching(/^fsync \.registry-history\/1970-.*\.yaml$/),
    'fsync .registry-history',
  ]);
});

/**
 * Another process that writes it and stops between its last look at the file and the exchange: it makes the file
 * `waits` then, and goes on when there is a file `go`. Resolves with what `writeRegistry` said.
 */
function stalledWriter(text: string, before: string): Promise<boolean> {
  const program = `import fs from 'node:fs';
    import { syncBuiltinESMExports } from 'node:module';
    const { renameSync } = fs;
    fs.renameSync = (...names) => {
      fs.writeFileSync(${JSON.stringify(join(folder, 'waits'))}, '');
      while (!fs.existsSync(${JSON.stringify(join(folder, 'go'))})) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
      renameSync(...names);
    };
    syncBuiltinESMExports();
    const { writeRegistry } = await import(${JSON.stringify(write)});
    process.exitCode = (await writeRegistry(${[path, text, before].map((part) => JSON.stringify(part)).join()})) ? 10 : 20;`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program]);
  return once(child, 'exit').then(([code]) => {
    expect([10, 20]).toContain(code);
    return code === 10;
  });
}

test('of two processes that replace it concurrently, the later one changes nothing', async () => {
  const theirs = stalledWriter('theirs\n', 'old\n');
  await expect.poll(() => existsSync(join(folder, 'waits')), { timeout: 20_000 }).toBe(true);
  const ours = writeRegistry(path, 'ours\n', 'old\n');
  // Without the lock it would be finished by now.
  await Promise.race([ours, pause(500)]);
  writeFileSync(join(folder, 'go'), '');
  expect([await ours, await theirs]).toEqual([false, true]);
  expect(readFileSync(path, 'utf8')).toBe('theirs\n');
  expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
}, 30_000);
