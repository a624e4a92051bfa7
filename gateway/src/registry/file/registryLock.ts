import { basename, dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { systemClock } from '../../clock.ts';
import { tryKernelLock, type KernelLock } from '../../fs/kernelLock.ts';

/** Maximum wait for the lock, which is held while the file is replaced on disk; milliseconds. */
const [patience, maxPause] = [10_000, 20];

/**
 * Keeps LMCP's other processes from exchanging a registry while this one compares and exchanges it. An editor knows
 * nothing of it.
 * @param target the file itself, not a link to it
 * @throws the system's error, or Error in words
 */
export async function lockRegistry(target: string): Promise<KernelLock> {
  const path = join(dirname(target), `.${basename(target)}.lock`);
  const end = systemClock.monotonic() + patience;
  do {
    const lock = tryKernelLock(path);
    if (lock !== undefined) return lock;
    await pause(Math.random() * maxPause);
  } while (systemClock.monotonic() < end);
  throw new Error(`another process has held ${path} for ${patience / 1000} s`);
}
