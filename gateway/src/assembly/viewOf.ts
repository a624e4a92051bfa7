import type { Kind } from '../catalog/items.ts';
import type { ListViews } from '../mcp/methods/lists/listViews.ts';
import type { ListenStream } from '../mcp/session/listenStreams.ts';
import { Session } from '../mcp/session/session.ts';
import { hasTasks } from '../mcp/tasks/support.ts';
import type { Registry } from '../registry/types.ts';

/** A list as a session or a stream would be given it now, by its digest; undefined for a client that is gone. */
export function viewOf(
  views: ListViews,
  registry: Registry,
  whose: Session | ListenStream,
  kind: Kind,
): string | undefined {
  const { clientId, only, asksForSearch = false, application } = whose.identity;
  const client = registry.clients.get(clientId);
  if (client === undefined) return undefined;
  const session = whose instanceof Session ? whose : undefined;
  const owner = {
    clientId,
    sessionId: session?.id ?? null,
    ...(session === undefined ? {} : { capabilities: session.capabilities }),
    era: session === undefined ? 'modern' : 'legacy',
  } as const;
  const supportsTasks = hasTasks(session?.identity.revision);
  const connection = { asksForSearch, application };
  return views.known({ client, registry, only, owner, supportsTasks, connection }, kind).text.digest;
}
