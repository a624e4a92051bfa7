import { serversIn } from '../arguments/serversIn.ts';
import type { ExitCode } from '../exitCodes.ts';
import { knownClient } from '../live/knownClient.ts';
import type { CommandContext } from '../commandContext.ts';
import { readRegistryFile } from '../registry/registryFile.ts';
import { shownChange, type ChangeOptions } from '../registry/shownChange.ts';

/** `lmcp grant <client> <server>` and `lmcp revoke`: the client's `allow_servers` gains or loses one server. */
export async function changeGrant(
  context: CommandContext,
  change: 'grant' | 'revoke',
  [clientId, serverId]: readonly [string, string],
  options: ChangeOptions,
): Promise<ExitCode> {
  const file = await readRegistryFile(context);
  const { allowServers } = knownClient(file, clientId);
  const named = new Set(serversIn(serverId, file));
  const servers = change === 'grant' ? allowServers.union(named) : new Set(allowServers).difference(named);
  return shownChange(context, file, { clients: { [clientId]: { allow_servers: [...servers] } } }, options);
}
