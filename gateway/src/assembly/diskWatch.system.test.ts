import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { DiskWatch } from './diskWatch.ts';

const MiB = 1024 ** 2;

/** A separate file system of 64 MiB. */
function smallDisk(): string {
  const folder = mkdtempSync(join(tmpdir(), 'lmcp-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', folder]);
  onTestFinished(() => {
    execFileSync('umount', [folder]);
    rmSync(folder, { recursive: true });
  });
  return folder;
}

it('frees its reserve on a full disk after stopping what writes there, and creates it again later', async () => {
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
    // Whatever writes to the disk is stopped before the reserve is freed.
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
  // So that events after a full disk can be logged.
  writeFileSync(join(folder, 'filler'), Buffer.alloc(56 * MiB));
  await expect.poll(() => stopped, { timeout: 5_000 }).toBe(2);
});

it('keeps no reserve on a small disk', async () => {
  const folder = smallDisk();
  writeFileSync(join(folder, 'other'), Buffer.alloc(42 * MiB));
  const logger = { info: () => undefined, warn: () => undefined, error: () => undefined };
  using watch = await DiskWatch.start(join(folder, 'audit.log'), logger);
  expect(existsSync(join(folder, '.reserve'))).toBe(false);
  expect(watch.isNearlyFull).toBe(false);
});
