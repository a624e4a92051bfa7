import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { tryKernelLock } from './kernelLock.ts';

const { href: module } = new URL('./kernelLock.ts', import.meta.url);
let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lmcp-lock-'));
  chmodSync(folder, 0o755);
  path = join(folder, 'lock');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** What another process gets that may not do more than its file modes say: `taken`, `rejected`, or the words of its error. */
function asAnotherUser(): string {
  const program = `import { tryKernelLock } from ${JSON.stringify(module)};
    if (process.getuid() === 0) process.setuid(65534);
    try {
      console.log(tryKernelLock(${JSON.stringify(path)}) ? 'taken' : 'rejected');
    } catch (error) {
      console.log(error.message);
    }`;
  return spawnSync(process.execPath, ['--input-type=module', '-e', program]).stdout.toString().trim();
}

test('one has it at a time, in this process and in others', () => {
  const lock = tryKernelLock(path);
  chmodSync(path, 0o666);
  expect([lock === undefined, tryKernelLock(path), asAnotherUser()]).toEqual([false, undefined, 'rejected']);
  lock?.release();
  expect(asAnotherUser()).toBe('taken');
});

test('who may read it and not write gets none: it would exclude nobody', () => {
  writeFileSync(path, '', { mode: 0o444 });
  expect(asAnotherUser()).toContain('access denied');
});
