import type { Denied, Granted, Subject } from './check.ts';

/** A client may use a server that its `allow_servers` names and the registry has. */
export function decideGrant({
  client,
  clientId,
  server,
  serverId,
}: Subject): Granted | Denied<'server_not_allowed' | 'unknown_server'> {
  const rule = `clients.${clientId}.allow_servers`;
  if (client?.allowServers.has(serverId) !== true)
    return { allowed: false, reason: 'server_not_allowed', rule };
  if (server === undefined) return { allowed: false, reason: 'unknown_server', rule: `servers.${serverId}` };
  return { allowed: true, reason: 'ok', rule };
}
