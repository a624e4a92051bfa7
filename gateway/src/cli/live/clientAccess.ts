import type { Server } from '../../registry/types.ts';
import { clearTokenOf } from '../../connect/write/clearTokens.ts';
import { CommandFailure, usageFailure } from '../exitCodes.ts';
import { knownClient } from './knownClient.ts';
import type { RegistryFile } from '../registry/registryFile.ts';

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

/** The client in whose name a command calls a server. */
export interface AskedClient {
  readonly clientId: string;
  /** Undefined where the registry has its digest alone: management asks as the client then. */
  readonly token: string | undefined;
}

/**
 * Decides the client in whose name to call a server: the one asked for, else the first one that may use the server, preferably one whose token is known.
 * @throws CommandFailure where there is none, and where `LMCP_TOKEN` is not a token of those
 */
export function accessTo(file: RegistryFile, serverId: string, asked: string | undefined): AskedClient {
  if (asked !== undefined) knownClient(file, asked);
  const granted = [...file.registry.clients.values()].filter(({ allowServers }) =>
    allowServers.has(serverId),
  );
  const [first, ...others] = asked === undefined ? granted.map(({ id }) => id) : [asked];
  if (first === undefined)
    throw new CommandFailure(`no client may use ${serverId}: add it to a client's allow_servers`);
  const ids = [first, ...others];
  for (const clientId of ids) {
    const token = clearTokenOf(file, clientId);
    if (token !== undefined) return { clientId, token };
  }
  if ((file.env['LMCP_TOKEN'] ?? '') === '') return { clientId: first, token: undefined };
  throw new CommandFailure(
    `LMCP_TOKEN is not a token of ${ids.join(' or ')}: correct it, or get a new one with \`lmcp client rotate\``,
  );
}
