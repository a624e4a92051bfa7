import { explainFailure } from './output/explainFailure.ts';
import { ExitCode } from './exitCodes.ts';
import { buildProgram } from './program.ts';
import { translateSeedFlags } from './arguments/seedFlags.ts';
import type { Terminal } from './output/terminal.ts';

/**
 * Runs one command line (without node and script) to its end and gives the exit status. Never throws: what went wrong
 * is on stderr by then.
 */
export async function run(argv: readonly string[], terminal: Terminal): Promise<ExitCode> {
  try {
    const translation = translateSeedFlags(argv);
    if (!translation.ok) {
      terminal.err(`lmcp: ${translation.message}\n`);
      return ExitCode.usage;
    }
    let exitCode: ExitCode = ExitCode.fine;
    const program = buildProgram(terminal, (code) => (exitCode = code));
    await program.parseAsync(withCommand(translation.argv, terminal), { from: 'user' });
    return exitCode;
  } catch (error) {
    return await explainFailure(error, terminal);
  }
}

/** `lmcp` alone starts on a terminal, and elsewhere shows the commands. */
function withCommand(argv: readonly string[], terminal: Terminal): string[] {
  const isBare = argv.length === 0 && terminal.stdinIsTerminal && terminal.stdoutIsTerminal;
  return isBare ? ['start'] : [...argv];
}
