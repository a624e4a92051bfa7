import type { Command } from 'commander';
import { applicationNames } from '../../connect/applications/applications.ts';
import { version } from '../../version.ts';
import type { CommandContext } from '../commandContext.ts';
import { candidates } from '../completion/candidates.ts';
import { manPage } from '../completion/manPage.ts';
import { scripts, type Shell } from '../completion/scripts.ts';
import { ExitCode } from '../exitCodes.ts';
import { readRegistryFile } from '../registry/registryFile.ts';

/** `lmcp completion <shell>`: what the shell loads. */
export function completion({ terminal }: CommandContext, shell: Shell): ExitCode {
  terminal.out(scripts[shell]);
  return ExitCode.fine;
}

/** `lmcp complete -- …`: the possible next words, each with what it is behind a tab. For shells. */
export async function complete(
  context: CommandContext,
  program: Command,
  words: readonly string[],
): Promise<ExitCode> {
  // Without a registry there are no ids to offer; nobody asked about the registry here.
  const file = await readRegistryFile(context).catch(() => undefined);
  const values = {
    server: [...(file?.registry.servers.keys() ?? [])],
    client: [...(file?.registry.clients.keys() ?? [])],
    app: applicationNames,
  };
  for (const { word, about } of candidates(program, words, values))
    context.terminal.out(about === '' ? `${word}\n` : `${word}\t${about}\n`);
  return ExitCode.fine;
}

/** `lmcp man`: the manual page. */
export function man({ terminal }: CommandContext, program: Command): ExitCode {
  terminal.out(manPage(program, version));
  return ExitCode.fine;
}
