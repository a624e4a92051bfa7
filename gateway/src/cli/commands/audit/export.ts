import { exportLines } from '../../../audit/read/search.ts';
import { auditFilterOf, requireLog } from '../../arguments/auditFilter.ts';
import type { AuditFilterOptions } from '../../arguments/auditFilterOptions.ts';
import { auditLogPath } from '../../auditLogPath.ts';
import { ExitCode } from '../../exitCodes.ts';
import type { CommandContext } from '../../commandContext.ts';

/** `lmcp audit export`: every line that matches, oldest first, byte for byte as in the log. */
export async function auditExport(
  context: CommandContext,
  log: string,
  options: AuditFilterOptions,
): Promise<ExitCode> {
  const { terminal } = context;
  const filter = auditFilterOf(options);
  const path = await auditLogPath(context, log);
  await requireLog(path);
  for await (const lines of exportLines(path, filter)) {
    if (terminal.readerGone.aborted) break;
    terminal.out(lines.toString('utf8'));
  }
  return ExitCode.fine;
}
