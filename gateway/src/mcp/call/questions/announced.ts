import { clientRequestKinds, decideClientRequest } from '../../../policy/clientRequests.ts';
import type { Client, ClientRequestKind, Server } from '../../../registry/types.ts';
import type { ClientCapabilities } from '../../../upstream/clientCapabilities.ts';
import type { Owner } from '../../../upstream/types.ts';

/** The owner of an instance, with the client capabilities announced to its server. */
export function announcedOwner(clients: ReadonlyMap<string, Client>, server: Server, owner: Owner): Owner {
  const client = clients.get(owner.clientId);
  if (client === undefined || owner.capabilities === undefined) return owner;
  const capabilities = announced(client, server, owner.capabilities);
  return capabilities === owner.capabilities ? owner : { ...owner, capabilities };
}

/** The client capabilities announced to a server: those the client declared, without those that policy denies. */
export function announced(client: Client, server: Server, declared: ClientCapabilities): ClientCapabilities {
  const denied = clientRequestKinds.filter(
    (kind) => declared[kind] !== undefined && !decideClientRequest(client, server, kind).allowed,
  );
  if (denied.length === 0) return declared;
  return Object.fromEntries(
    Object.entries(declared).filter(([kind]) => !denied.includes(kind as ClientRequestKind)),
  );
}
