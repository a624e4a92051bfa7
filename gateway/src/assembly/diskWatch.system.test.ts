import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { DiskWatch } from './diskWatch.ts';

const MiB = 1024 ** 2;

/** A file system of its own, of 64 MiB. */
function smallDisk(): string {
  const folder = mkdtempSync(join(tmpdir(), 'lmcp-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', folder]);
  onTestFinished(() => {
    execFileSync('umount', [folder]);
    rmSync(folder, { recursive: true });
  });
  return folder;
}

it('gives up its reserve on a full disk, has what writes there stopped, and keeps a reserve again later', async () => {
  const folder = smallDisk();
  const warnings: string[] = [];
  const logger = {
    info: () => undefined,
    warn: (message: string) => void warnings.push(message),
    error: () => undefined,
  };
  using watch = await DiskWatch.start(join(folder, 'audit.log'), logger);
  const reserve = join(folder, '.reserve');
  expect(statSync(reserve).size).toBe(4 * MiB);
  expect(watch.isNearlyFull).toBe(false);
  let stopped = 0;
  const changes: boolean[] = [];
  watch.onChange((isFull) => void changes.push(isFull));
  watch.onFull(() => {
    stopped++;
    // What writes to the disk is stopped before the reserve is given up.
    expect(existsSync(reserve)).toBe(true);
    rmSync(join(folder, 'filler'), { force: true });
  });
  writeFileSync(join(folder, 'filler'), Buffer.alloc(56 * MiB));
  await expect.poll(() => stopped, { timeout: 5_000 }).toBe(1);
  expect(watch.isNearlyFull).toBe(true);
  expect(warnings).toEqual([expect.stringContaining('is full')]);
  await expect.poll(() => existsSync(reserve), { timeout: 5_000 }).toBe(true);
  await expect.poll(() => watch.isNearlyFull).toBe(false);
  expect(changes).toEqual([true, false]);
  // So that what follows a full disk can be logged.
  writeFileSync(join(folder, 'filler'), Buffer.alloc(56 * MiB));
  await expect.poll(() => stopped, { timeout: 5_000 }).toBe(2);
});

it('keeps no reserve on a disk that is small', async () => {
  const folder = smallDisk();
  writeFileSync(join(folder, 'other'), Buffer.alloc(42 * MiB));
  const logger = { info: () => undefined, warn: () => undefined, error: () => undefined };
  using watch = await DiskWatch.start(join(folder, 'audit.log'), logger);
  expect(existsSync(join(folder, '.reserve'))).toBe(false);
  expect(watch.isNearlyFull).toBe(false);
});
