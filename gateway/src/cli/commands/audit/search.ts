import { countMatches, findPage } from '../../../audit/read/search.ts';
import { auditFilterOf, requireLog } from '../../arguments/auditFilter.ts';
import type { AuditFilterOptions } from '../../arguments/auditFilterOptions.ts';
import { auditLineText } from '../../output/auditLine.ts';
import { auditLogPath } from '../../auditLogPath.ts';
import { ExitCode } from '../../exitCodes.ts';
import type { CommandContext } from '../../commandContext.ts';
import { styleOf } from '../../output/style.ts';

interface SearchOptions extends AuditFilterOptions {
  readonly lines: number;
  readonly json?: true;
}

/** `lmcp audit search`: the newest lines that match, oldest first; on stderr how many there are when not all are shown. */
export async function auditSearch(
  context: CommandContext,
  log: string,
  options: SearchOptions,
): Promise<ExitCode> {
  const { terminal } = context;
  const filter = auditFilterOf(options);
  const path = await auditLogPath(context, log);
  await requireLog(path);
  const { lines, next } = await findPage(path, filter, { limit: options.lines });
  const style = styleOf(terminal, 'stdout');
  for (const line of lines.toReversed()) {
    const shown = options.json === true ? JSON.stringify(line) : auditLineText(line, style);
    terminal.out(`${shown}\n`);
  }
  if (next !== null) {
    const older = await countMatches(path, filter, { before: next });
    const total = `${older.exact ? '' : 'at least '}${lines.length + older.matched}`;
    terminal.err(`lmcp: the newest ${lines.length} of ${total} matching lines; -n shows more\n`);
  } else if (lines.length === 0) terminal.err('lmcp: no line matches\n');
  return ExitCode.fine;
}
