import { closeSync, constants, lstatSync, openSync, readFileSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { AuditUnavailableError } from '../errors.ts';
import { refuseIrregular } from './segment.ts';

const SQLITE_BUSY = 5;

export interface WriterLock {
  readonly release: () => void;
}

/**
 * Makes this process the only writer of a log, until it ends, however it ends. SQLite takes a lock of the kernel
 * (fcntl) on an empty file beside the log: nothing is left over after SIGKILL, process ids play no part, and
 * containers that share the folder see each other.
 * @throws AuditUnavailableError when another process has it
 */
export function lockWriter(logPath: string): WriterLock {
  const path = `${logPath}.lock`;
  createOnce(path);
  refuseIrregular(path, lstatSync(path));
  const database = new DatabaseSync(path);
  try {
    // With a journal in memory no second file appears beside the lock; nothing is ever stored in it.
    database.exec('PRAGMA busy_timeout = 0; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    throw refusal(logPath, path, error);
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

function refusal(logPath: string, lockPath: string, error: unknown): AuditUnavailableError {
  if ((error as { errcode?: number }).errcode !== SQLITE_BUSY) {
    const what = error instanceof Error ? error.message : String(error);
    return new AuditUnavailableError(
      `can't lock ${lockPath}: ${what}; the audit log needs a file system with POSIX locks, and the lock file must be empty`,
    );
  }
  const pid = lockHolder(lockPath);
  const who = pid === undefined ? 'another gateway' : `another gateway (pid ${pid})`;
  return new AuditUnavailableError(
    `${who} is writing this log (${logPath}): stop it first, or name another file under lmcp.audit_log`,
  );
}

/** Who holds the lock, where the kernel tells (Linux, same process namespace). */
function lockHolder(lockPath: string): number | undefined {
  try {
    const inode = statSync(lockPath).ino;
    const held = readFileSync('/proc/locks', 'utf8')
      .split('\n')
      .map((row) => /POSIX\s+ADVISORY\s+WRITE\s+(\d+)\s+\S+:(\d+)\s/.exec(row))
      .find((row) => row?.[2] === String(inode));
    const pid = Number(held?.[1]);
    return pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}
