import { messageOf } from '../errors.ts';
import { accessSync, closeSync, constants, lstatSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { irregular } from './irregularFile.ts';

const SQLITE_BUSY = 5;

export interface KernelLock {
  readonly release: () => void;
}

/**
 * Takes a kernel lock (fcntl, through SQLite) on an empty file, which is created if missing. The kernel releases it when
 * the process ends, also after SIGKILL. It does not depend on process ids, and works between containers that share the
 * folder.
 * @returns undefined if it is already held, in this process or another
 * @throws the system's error if the file can't be created; Error with a message if it can't be locked at all
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
    // The journal in memory avoids a second file beside the lock, in which nothing is ever stored.
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

/** SQLite also opens a read-only file, but its lock then excludes no other process. */
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
