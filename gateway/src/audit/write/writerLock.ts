import { readFileSync, statSync } from 'node:fs';
import { AuditUnavailableError } from '../../errors.ts';
import { tryKernelLock, type KernelLock } from '../../fs/kernelLock.ts';

/**
 * Makes this process the only writer of a log, until it ends, however it ends.
 * @throws AuditUnavailableError when another process has it; what {@link tryKernelLock} throws
 */
export function lockWriter(logPath: string): KernelLock {
  const path = `${logPath}.lock`;
  const lock = tryKernelLock(path);
  if (lock !== undefined) return lock;
  const pid = lockHolder(path);
  const who = pid === undefined ? 'another gateway' : `another gateway (pid ${pid})`;
  throw new AuditUnavailableError(
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
