import { messageOf } from '../errors.ts';
import { accessSync, closeSync, constants, lstatSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { irregular } from './irregularFile.ts';

const SQLITE_BUSY = 5;

export interface KernelLock {
  readonly release: () => void;
}

/**
 * Takes a lock of the kernel (fcntl, by way of SQLite) on an empty file, which is created where it is missing. It ends with
 * the process, however that ends: nothing is left over after SIGKILL, process ids play no part, and containers that share
 * the folder see each other.
 * @returns undefined when somebody else has it, in this process or another
 * @throws the system's error where the file can't be created; Error in words where it can't be locked at all
 */
export function tryKernelLock(path: string): KernelLock | undefined {
  createOnce(path);
  const kind = irregular(lstatSync(path));
  if (kind !== undefined) throw new Error(`${path} is ${kind}, so it can't be locked`);
  if (!isWritable(path)) {
    const hint = 'Remove it while LMCP is stopped, or change its owner to the user that runs LMCP';
    throw new Error(`cannot lock ${path}: access denied. ${hint}`);
  }
  return exclusive(path);
}

function exclusive(path: string): KernelLock | undefined {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path);
    // With a journal in memory no second file appears beside the lock; nothing is ever stored in it.
    database.exec('PRAGMA busy_timeout = 0; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (error) {
    database?.close();
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY) return undefined;
    const what = messageOf(error);
    throw new Error(`can't lock ${path}: ${what}; it must be an empty file where POSIX locks work`, {
      cause: error,
    });
  }
  return { release: () => database.close() };
}

/** SQLite opens what it may only read all the same, and its lock then excludes nobody. */
function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** An existing file must not be opened here: closing any descriptor of it would drop a lock that this process holds. */
function createOnce(path: string): void {
  try {
    closeSync(openSync(path, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
