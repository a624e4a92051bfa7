import { changeRegistry } from '../../registry/changeRegistry.ts';
import { ExitCode } from '../../exitCodes.ts';
import { knownClient } from '../../live/knownClient.ts';
import type { CommandContext } from '../../commandContext.ts';
import { readRegistryFile } from '../../registry/registryFile.ts';

/** `lmcp client remove <id>`: its token is invalid from then on. */
export async function clientRemove(context: CommandContext, id: string): Promise<ExitCode> {
  const file = await readRegistryFile(context);
  knownClient(file, id);
  await changeRegistry(file, { clients: { [id]: null } });
  context.terminal.err(`lmcp: client ${id} removed\n`);
  return ExitCode.fine;
}
