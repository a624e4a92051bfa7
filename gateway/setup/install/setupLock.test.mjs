import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { withSetupLock } from './setupLock.mjs';

let folder;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lmcp-lock-'));
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

/** Starts five pieces of work together and gives the most that ever ran side by side. */
async function maxAtOnce(file) {
  let running = 0;
  let most = 0;
  const work = async () => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
  };
  await Promise.all(Array.from({ length: 5 }, () => withSetupLock(file, work)));
  return most;
}

it('lets one at a time in', async () => {
  const file = join(folder, 'new', 'setup.lock');
  expect(await maxAtOnce(file)).toBe(1);
  expect(existsSync(file)).toBe(false);
});

it('takes over from a holder that died, and still lets one at a time in', async () => {
  const file = join(folder, 'setup.lock');
  const dead = execFileSync(process.execPath, ['-p', 'process.pid'], { encoding: 'utf8' }).trim();
  writeFileSync(file, dead);
  expect(await maxAtOnce(file)).toBe(1);
});

it('is given up when the work fails', async () => {
  const file = join(folder, 'setup.lock');
  const failing = withSetupLock(file, () => Promise.reject(new Error('no disk')));
  await expect(failing).rejects.toThrow('no disk');
  expect(existsSync(file)).toBe(false);
});
