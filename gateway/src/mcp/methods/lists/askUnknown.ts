import type { Catalog } from '../../../catalog/catalog.ts';
import { kinds, type Kind } from '../../../catalog/items.ts';
import { grantedServers } from '../../../policy/grant.ts';
import type { Server } from '../../../registry/types.ts';
import { decided } from '../../call/authorize.ts';
import { ownerOf, type Caller } from '../../call/caller.ts';

/**
 * Requests lists that are still unknown, for a client that never lists itself. Doesn't wait for slow servers.
 * @returns the servers whose list is still unknown
 */
export async function askUnknown(catalog: Catalog, caller: Caller, kind: Kind): Promise<Server[]> {
  const { client, registry } = caller;
  const owner = ownerOf(caller);
  const isUnknown = (server: Server): boolean => catalog.known(kind, server, owner) === undefined;
  const unknown = grantedServers(client, registry).filter(
    (server) => isUnknown(server) && (kind !== 'tools' || mayUseAny(caller, server)),
  );
  if (unknown.length === 0) return [];
  await decided(caller, (checks) => {
    for (const { id } of unknown) checks.server(id, { method: kinds[kind].method });
  });
  await catalog.offersOf(kind, unknown, owner);
  return unknown.filter(isUnknown);
}

/** A server none of whose tools is allowed for this client is not started. */
export function mayUseAny({ client }: Pick<Caller, 'client'>, server: Server): boolean {
  return server.toolPolicy.mode !== 'deny_all' && client.toolPolicy.get(server.id)?.mode !== 'deny_all';
}
