import { AuditUnavailableError, messageOf } from '../../errors.ts';

const advice: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full: free some space',
  EDQUOT: 'the disk quota is used up: free some space or raise it',
  EIO: 'the disk reports an input/output error: check it (dmesg, smartctl)',
  EROFS: 'the file system is read-only: mount it writable',
  EACCES: 'permission denied: give the account that runs the gateway write access',
  EPERM: 'access denied: check for an immutable flag (lsattr) or another owner',
  ENOENT: 'the file is missing: put it back, or restart the gateway',
  ELOOP: 'it is a symbolic link: name the real file under lmcp.audit_log',
  EISDIR: 'it is a folder: name a file under lmcp.audit_log',
  ENOTDIR: 'a part of its path is not a folder: correct lmcp.audit_log',
  EMFILE: 'too many open files: raise the limit (ulimit -n)',
  EFBIG: 'the file would be larger than allowed: lower lmcp.audit_rotate_mib or raise ulimit -f',
};

/** Somebody else changed the log; not cured by trying again. */
export class ForeignChangeError extends Error {
  override readonly name = 'ForeignChangeError';
}

/** Words for the operator: what was tried on which file, what went wrong, what to do. */
export function describeFailure(doing: string, path: string, error: unknown): string {
  if (error instanceof ForeignChangeError || error instanceof AuditUnavailableError) return error.message;
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  const what = messageOf(error);
  return `can't ${doing} ${path}: ${code === undefined ? what : (advice[code] ?? what)}`;
}

/** What callers get: fit for a client, the operator's words as the cause. */
export function unavailable(message: string): AuditUnavailableError {
  return new AuditUnavailableError(
    "the audit log can't be written, so nothing was forwarded; the gateway's status says why",
    { cause: new Error(message) },
  );
}
