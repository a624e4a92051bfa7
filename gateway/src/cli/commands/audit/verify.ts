import { printJson } from '../../output/printJson.ts';
import { verifyLog, type Verification } from '../../../audit/verify/verifyLog.ts';
import type { KnownOutside } from '../../../audit/checkpoint/checkpointCheck.ts';
import { auditLogPath } from '../../auditLogPath.ts';
import { CommandFailure, ExitCode } from '../../exitCodes.ts';
import { knownOutside, type KnownOptions } from '../../live/knownOutside.ts';
import { oneLine } from '../../output/printer.ts';
import type { CommandContext } from '../../commandContext.ts';
import { styleOf } from '../../output/style.ts';

/** `lmcp audit verify`: exit 1 when any line is missing, changed or out of its place. */
export async function auditVerify(
  context: CommandContext,
  log: string,
  options: KnownOptions & { readonly json?: true },
): Promise<ExitCode> {
  const { terminal } = context;
  const path = await auditLogPath(context, log);
  const known = await knownOutside(context, log, options);
  const result = await verified(path, known);
  if (options.json === true) {
    printJson(terminal, { path, ...result });
    return result.ok ? ExitCode.fine : ExitCode.failed;
  }
  const style = styleOf(terminal, 'stdout');
  for (const { file, line, seq, what } of result.notes) {
    terminal.err(`lmcp: note: ${file}:${line} (seq ${seq}): ${oneLine(what)}\n`);
  }
  for (const { file, line, seq, what } of result.problems) {
    terminal.out(`${file}:${line} (seq ${seq}): ${style.bad(oneLine(what))}\n`);
  }
  const extent = `${result.lines} lines in ${result.segments} segment${result.segments === 1 ? '' : 's'}`;
  const counted =
    result.repeats === 0 ? '' : `; ${result.repeats} repeats are counted in lines of their kind`;
  terminal.out(
    result.ok
      ? `${style.good('intact')}: ${extent} of ${path}; ${signedMessage(result, known)}${counted}\n`
      : `${style.bad('not intact')}: ${path}; ${extent} are as they were written\n`,
  );
  return result.ok ? ExitCode.fine : ExitCode.failed;
}

function signedMessage({ checkpoints, signedUpTo }: Verification, { verifiers = [] }: KnownOutside): string {
  if (verifiers.length === 0) return `signatures of ${checkpoints} checkpoints not checked (--key)`;
  return signedUpTo === 0 ? 'no checkpoint yet' : `signed up to line ${signedUpTo}`;
}

async function verified(path: string, known: KnownOutside): Promise<Verification> {
  try {
    return await verifyLog(path, known);
  } catch (error) {
    throw new CommandFailure(
      `the audit log can't be checked: ${error instanceof Error ? error.message : path}`,
    );
  }
}
