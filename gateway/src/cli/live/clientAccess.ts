import type { Server } from '../../registry/types.ts';
import { clearTokenOf } from '../../connect/write/clearTokens.ts';
import { CommandFailure, usageFailure } from '../exitCodes.ts';
import { knownClient } from './knownClient.ts';
import type { RegistryFile } from '../registry/registryFile.ts';
import type { ClientAccess } from './request/rpc.ts';

/** The server of that id; `transport` is what the caller insists on, if anything. */
export function serverOf(
  { registry, path }: RegistryFile,
  id: string,
  transport: string | undefined,
): Server {
  const server = registry.servers.get(id);
  if (server === undefined) {
    const known = [...registry.servers.keys()].join(', ');
    throw usageFailure(`${path} has no server ${id}; it has ${known === '' ? 'none' : known}`);
  }
  const family = server.transport === 'stdio' ? 'stdio' : 'http';
  if (transport === undefined || transport === family) return server;
  throw usageFailure(`${id} is a server of transport ${server.transport}, not ${transport}`);
}

/**
 * As whom to call a server: the client asked for, else the first one that may use the server and whose token can be had.
 * @throws CommandFailure where there is none
 */
export function accessTo(file: RegistryFile, serverId: string, asked: string | undefined): ClientAccess {
  const { clients } = file.registry;
  if (asked !== undefined) {
    knownClient(file, asked);
    const token = clearTokenOf(file, asked);
    if (token !== undefined) return { clientId: asked, token };
    throw new CommandFailure(noToken(file, [asked]));
  }
  const granted = [...clients.values()].filter(({ allowServers }) => allowServers.has(serverId));
  for (const { id } of granted) {
    const token = clearTokenOf(file, id);
    if (token !== undefined) return { clientId: id, token };
  }
  if (granted.length === 0)
    throw new CommandFailure(`no client may use ${serverId}: add it to a client's allow_servers`);
  throw new CommandFailure(
    noToken(
      file,
      granted.map(({ id }) => id),
    ),
  );
}

function noToken({ env }: Pick<RegistryFile, 'env'>, clients: readonly string[]): string {
  const whose = clients.join(' or ');
  return (env['LMCP_TOKEN'] ?? '') === ''
    ? `the registry keeps only the digest of the token of ${whose}: put the token into LMCP_TOKEN and try again`
    : `LMCP_TOKEN is not a token of ${whose}: correct it, or get a new one with \`lmcp client rotate\``;
}
