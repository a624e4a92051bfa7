import { usageFailure } from '../exitCodes.ts';
import { saysYes } from '../output/saysYes.ts';
import type { CommandContext } from '../commandContext.ts';
import { isWritten } from './writtenRegistries.ts';

/**
 * For commands that run what a registry says: one that merely is in the current folder may be of anybody, such as of a
 * repository that was just cloned. The person at the terminal is asked about it.
 * @throws CommandFailure where nobody chose it
 */
export async function requireChosen(context: ChosenContext): Promise<void> {
  const { terminal, registryPath, registryChosen, commandLine } = context;
  if (registryChosen || (await isWritten(registryPath, terminal.env).catch(() => false))) return;
  const what = `${registryPath} was found in the current folder, and says which programs LMCP runs`;
  if (terminal.stdinIsTerminal && terminal.stdoutIsTerminal) {
    if (await saysYes(terminal, `${what}. Use it?`)) return;
    throw usageFailure('nothing was started: the registry is not used');
  }
  throw usageFailure(
    `${what}. If you trust it, name it: ${commandLine('<command>')} --registry ${registryPath}`,
  );
}

type ChosenContext = Pick<CommandContext, 'terminal' | 'registryPath' | 'registryChosen' | 'commandLine'>;
