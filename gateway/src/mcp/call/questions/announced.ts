import { decideClientRequest } from '../../../policy/clientRequests.ts';
import type { Client, ClientRequestKind, Server } from '../../../registry/types.ts';
import type { ClientCapabilities } from '../../../upstream/clientCapabilities.ts';

/** What a server is told that it can ask a client for: what the client declared, without what policy denies. */
export function announced(client: Client, server: Server, declared: ClientCapabilities): ClientCapabilities {
  const denied = (Object.keys(declared) as ClientRequestKind[]).filter(
    (kind) => !decideClientRequest(client, server, kind).allowed,
  );
  if (denied.length === 0) return declared;
  return Object.fromEntries(
    Object.entries(declared).filter(([kind]) => !denied.includes(kind as ClientRequestKind)),
  );
}
