import type { Client, Registry, Server } from '../registry/types.ts';
import type { Denied, Granted, Subject } from './check.ts';

/** A client may use a server that its `allow_servers` names and the registry has, unless it is disabled. */
export function decideGrant({
  client,
  clientId,
  server,
  serverId,
}: Subject): Granted | Denied<'server_not_allowed' | 'unknown_server' | 'server_disabled'> {
  const rule = `clients.${clientId}.allow_servers`;
  if (client?.allowServers.has(serverId) !== true)
    return { allowed: false, reason: 'server_not_allowed', rule };
  if (server === undefined) return { allowed: false, reason: 'unknown_server', rule: `servers.${serverId}` };
  if (!server.enabled)
    return { allowed: false, reason: 'server_disabled', rule: `servers.${serverId}.enabled` };
  return { allowed: true, reason: 'ok', rule };
}

/** The servers whose lists a client gets, in the order of `allow_servers`: what {@link decideGrant} allows. */
export function grantedServers(client: Client, registry: Registry): Server[] {
  return [...client.allowServers].flatMap((id) => {
    const server = registry.servers.get(id);
    return server?.enabled === true ? [server] : [];
  });
}
