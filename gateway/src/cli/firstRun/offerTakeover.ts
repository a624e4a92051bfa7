import { connect } from '../commands/connect.ts';
import { importServers } from '../commands/import.ts';
import { foundApplications } from '../../connect/applications/onThisMachine.ts';
import { CommandFailure } from '../exitCodes.ts';
import { sourcesFor } from '../import/sources.ts';
import { saysYes } from '../output/saysYes.ts';
import type { CommandContext } from '../commandContext.ts';

/**
 * Offers to connect the applications of this machine, and to import the servers that they have: a question each, where
 * there is something to ask about. Failures are printed, and the gateway starts nevertheless.
 * @param port where the gateway will listen, if not where the registry says
 */
export async function offerTakeover(context: CommandContext, port: number | undefined): Promise<void> {
  const { terminal, commandLine } = context;
  if (!terminal.stdinIsTerminal || !terminal.stdoutIsTerminal) return;
  const applications = foundApplications(terminal.env);
  if (applications.length === 0) return;
  const titles = applications.map(({ title }) => title).join(', ');
  terminal.out(`Found on this machine: ${titles}. Enter skips a question.\n\n`);
  const asked = `Connect ${titles} to LMCP? Each file is kept for ${commandLine('connect <app> --undo')}.`;
  // First: a client that is there is granted what its application's own file had.
  const connects = await saysYes(terminal, asked);
  for (const { name } of connects ? applications : []) {
    await told(context, () =>
      connect(context, name, { yes: true, ...(port !== undefined && { port }) }).then(() => undefined),
    );
  }
  await told(context, () => offerImport(context));
}

async function offerImport(context: CommandContext): Promise<void> {
  const sources = await sourcesFor(context.terminal, '', {});
  const count = sources.reduce((sum, { servers }) => sum + servers.length, 0);
  if (count === 0) return;
  context.terminal.out('Their MCP servers, as the registry of LMCP would have them:\n');
  await importServers(context, '', {});
}

async function told({ terminal }: CommandContext, offer: () => Promise<void>): Promise<void> {
  try {
    await offer();
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    terminal.err(`lmcp: ${error.message}\n`);
  }
}
