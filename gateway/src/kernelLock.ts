import { closeSync, constants, lstatSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

const SQLITE_BUSY = 5;

export interface KernelLock {
  readonly release: () => void;
}

/**
 * Takes a lock of the kernel (fcntl, by way of SQLite) on an empty file, which is created where it is missing. It ends with
 * the process, however that ends: nothing is left over after SIGKILL, process ids play no part, and containers that share
 * the folder see each other.
 * @returns undefined when somebody else has it, in this process or another
 * @throws Error in words where the file can't be locked at all
 */
export function tryKernelLock(path: string): KernelLock | undefined {
  createOnce(path);
  const stats = lstatSync(path);
  if (!stats.isFile() || stats.nlink > 1) throw new Error('it is not a regular file of its own');
  const database = new DatabaseSync(path);
  try {
    // With a journal in memory no second file appears beside the lock; nothing is ever stored in it.
    database.exec('PRAGMA busy_timeout = 0; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY) return undefined;
    throw error;
  }
  return { release: () => database.close() };
}

/** An existing file must not be opened here: closing any descriptor of it would drop a lock that this process holds. */
function createOnce(path: string): void {
  try {
    closeSync(openSync(path, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
