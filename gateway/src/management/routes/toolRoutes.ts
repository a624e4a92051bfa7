import type { toolEndpoints } from '../../api/tools/clientTools.ts';
import { knownClient } from '../clients/clientEdits.ts';
import { clientTools } from '../clients/clientTools.ts';
import { findTools } from '../clients/findTools.ts';
import type { ManagementDependencies } from '../dependencies.ts';
import { json, type Handlers } from '../route.ts';

/** What clients are listed, and a search over the tools of all servers. No server is asked. */
export function toolHandlers({
  store,
  catalog,
  calls,
  sessions,
}: ManagementDependencies): Handlers<typeof toolEndpoints> {
  return {
    clientTools: async ({ params, query }) => {
      await store.reload();
      const client = knownClient(store.current, params.client_id);
      const open = sessions.of(client.id).flatMap(({ identity }) => identity.application ?? []);
      const sizes = clientTools(calls.views, catalog, {
        registry: store.current,
        client,
        listing: { ...client.tools, ...query },
        applications: [...new Set(open)],
      });
      return json({ ok: true, ...sizes, searches: calls.searchCounts.of(client.id) });
    },
    findTools: async ({ query: { q, limit = 20 } }) => {
      await store.reload();
      return json({ ok: true, ...findTools(store.current, catalog, calls.search, q, limit) });
    },
  };
}
