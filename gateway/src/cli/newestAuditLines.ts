import { tailLog } from '../audit/read/tailLog.ts';
import type { AuditLine } from '../audit/types.ts';

/** The newest lines of the log, oldest first; none where there is no log yet, or where it can't be read. */
export async function newestAuditLines(path: string, limit: number): Promise<readonly AuditLine[]> {
  const lines: AuditLine[] = [];
  if (limit === 0) return lines;
  try {
    for await (const { line } of tailLog(path, { lines: limit })) if (line !== undefined) lines.push(line);
  } catch {
    return lines;
  }
  return lines;
}
