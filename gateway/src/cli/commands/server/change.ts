import { serversIn } from '../../arguments/serversIn.ts';
import { usageFailure, type ExitCode } from '../../exitCodes.ts';
import type { CommandContext } from '../../commandContext.ts';
import { readRegistryFile, type RegistryFile } from '../../registry/registryFile.ts';
import { shownChange, type ChangeOptions } from '../../registry/shownChange.ts';

/** `lmcp server enable <server>` and `lmcp server disable <server>`: grants and policies stay. */
export async function serverEnabled(
  context: CommandContext,
  id: string,
  enabled: boolean,
  options: ChangeOptions,
): Promise<ExitCode> {
  const file = await readRegistryFile(context);
  known(id, file);
  // Enabled is what a server is of which nothing is said.
  return shownChange(context, file, { servers: { [id]: { enabled: enabled ? null : false } } }, options);
}

/** `lmcp server remove <server>`: with its grants and each client's policies for it. */
export async function serverRemove(
  context: CommandContext,
  id: string,
  options: ChangeOptions,
): Promise<ExitCode> {
  const file = await readRegistryFile(context);
  known(id, file);
  const clients = [...file.registry.clients.values()].flatMap((client) => {
    const section = {
      ...(client.allowServers.has(id) && {
        allow_servers: [...client.allowServers].filter((each) => each !== id),
      }),
      ...(client.toolPolicy.has(id) && { tool_policy: { [id]: null } }),
      ...(client.clientRequests.has(id) && { client_requests: { [id]: null } }),
    };
    return Object.keys(section).length === 0 ? [] : [[client.id, section] as const];
  });
  const patch = { clients: Object.fromEntries(clients), servers: { [id]: null } };
  return shownChange(context, file, patch, options, 'ask');
}

function known(id: string, file: RegistryFile): void {
  if (serversIn(id, file).length !== 1 || !file.registry.servers.has(id)) {
    throw usageFailure('name one server');
  }
}
