import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync } from 'node:fs';
import { realpath, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { syncFolder } from '../../fs/durableFolder.ts';
import { writeDurably } from '../../fs/replaceFile.ts';
import { lockRegistry } from './registryLock.ts';
import { withoutMark } from '../yaml/withoutMark.ts';

/**
 * Replaces the registry by a new text, mode 0600: after a crash at any point the file is the whole old or the whole new one.
 * Through a symbolic link the file it leads to is replaced, and the link stays.
 * @param before what was there when the new text was made of it
 * @returns false, and nothing has changed, where something else is there by now
 * @throws RegistryWriteError
 */
export async function writeRegistry(path: string, text: string, before?: string): Promise<boolean> {
  const target = await realpath(path).catch(() => resolve(path));
  const temporary = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    const lock = await lockRegistry(target);
    try {
      await writeDurably(temporary, text);
      const replaced = exchange(temporary, target, before);
      if (!replaced) await rm(temporary, { force: true });
      await syncFolder(dirname(target));
      return replaced;
    } finally {
      lock.release();
    }
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw writeError(target, error as NodeJS.ErrnoException);
  }
}

/** Both in one synchronous step: an editor, which takes no lock, has almost no time to write in between. */
function exchange(temporary: string, target: string, before: string | undefined): boolean {
  const unchanged = before === undefined || stillHolds(target, before);
  if (unchanged) renameSync(temporary, target);
  return unchanged;
}

/** Compared as it is read: decoded, without a byte order mark. */
function stillHolds(path: string, text: string): boolean {
  try {
    return withoutMark(readFileSync(path, 'utf8')) === text;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

/** The registry could not be written; nothing has changed. `message` is for the operator. */
export class RegistryWriteError extends Error {
  override readonly name = 'RegistryWriteError';
}

function writeError(target: string, error: NodeJS.ErrnoException): RegistryWriteError {
  const fix = writeFixes[error.code ?? ''] ?? 'check its folder';
  const why = error.code === undefined ? `: ${error.message}` : ` (${error.code}): ${fix}`;
  const message = `the registry ${target} cannot be written${why}`;
  return new RegistryWriteError(message, { cause: error });
}

const writeFixes: Readonly<Record<string, string>> = {
  EACCES: 'let the user that runs LMCP write to its folder',
  EPERM: 'let the user that runs LMCP write to its folder',
  EROFS: 'mount its folder writable',
  EBUSY: 'mount its folder instead of the file, so that the file can be replaced',
  EXDEV: 'mount its folder instead of the file, so that the file can be replaced',
  ENOSPC: 'make room on the disk',
  EDQUOT: 'make room in the quota',
  ENOENT: 'create its folder',
};
