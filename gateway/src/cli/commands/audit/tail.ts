import { tailLog, type TailLine } from '../../../audit/read/tailLog.ts';
import { auditLineText } from '../../output/auditLine.ts';
import { auditLogPath } from '../../auditLogPath.ts';
import { ExitCode } from '../../exitCodes.ts';
import { oneLine } from '../../output/printer.ts';
import type { CommandContext } from '../../commandContext.ts';
import { styleOf } from '../../output/style.ts';
import type { Terminal } from '../../output/terminal.ts';

interface TailOptions {
  readonly lines: number;
  readonly follow?: true;
  readonly json?: true;
}

/** `lmcp audit tail`: the newest lines, oldest first; with `--follow` until Ctrl-C or until nobody reads any more. */
export async function auditTail(
  context: CommandContext,
  log: string,
  options: TailOptions,
): Promise<ExitCode> {
  const { terminal } = context;
  const path = await auditLogPath(context, log);
  const stop = new AbortController();
  const ignore = terminal.onInterrupt(() => stop.abort());
  const signal = AbortSignal.any([stop.signal, terminal.readerGone]);
  try {
    for await (const line of tailLog(path, {
      lines: options.lines,
      follow: options.follow === true,
      signal,
    })) {
      if (signal.aborted) break;
      show(line, terminal, options.json === true);
    }
  } finally {
    ignore();
  }
  return ExitCode.fine;
}

function show({ text, line }: TailLine, terminal: Terminal, json: boolean): void {
  if (line === undefined) {
    terminal.err(`lmcp: not an audit line: ${oneLine(text.slice(0, 200))}\n`);
  } else if (json) {
    terminal.out(`${text}\n`);
  } else {
    terminal.out(`${auditLineText(line, styleOf(terminal, 'stdout'))}\n`);
  }
}
