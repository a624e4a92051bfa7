import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { doubtful, fine, wrong, type Finding } from './finding.ts';

/** Can the log be written, by us alone? Without it no call is forwarded. */
export async function logFindings(auditLog: string): Promise<readonly Finding[]> {
  const folder = dirname(auditLog);
  const found = await stat(auditLog).catch(() => undefined);
  const place = found === undefined ? folder : auditLog;
  const fault = await access(place, constants.W_OK).then(
    () => undefined,
    (error: unknown) => (error as NodeJS.ErrnoException).code,
  );
  // The gateway makes the folder.
  if (fault === 'ENOENT') return [fine('log', `${auditLog} will be written by the first gateway`)];
  if (fault !== undefined) {
    const fix = `give your user write access to ${place}, or set lmcp.audit_log to another path`;
    return [wrong('log', `${place} cannot be written (${fault}), so no call is forwarded`, fix)];
  }
  if (found !== undefined && process.platform !== 'win32' && (found.mode & 0o077) !== 0)
    return [doubtful('log', `others may read ${auditLog}`, `chmod 600 ${auditLog}`)];
  return [fine('log', `${auditLog} can be written`)];
}
