import type { ClientToolsAnswer } from '../../api/tools/clientTools.ts';
import type { Catalog } from '../../catalog/catalog.ts';
import type { Tool } from '../../catalog/tools.ts';
import type { ListViews, Viewer } from '../../mcp/methods/lists/listViews.ts';
import { grantedServers } from '../../policy/grant.ts';
import type { Client, Registry, ToolListing } from '../../registry/types.ts';
import { limitsOf } from '../../search/applications.ts';
import { listsBySearch } from '../../search/listing.ts';

interface Wanted {
  readonly registry: Registry;
  readonly client: Client;
  /** Its own setting, or the one that it would have. */
  readonly listing: ToolListing;
  /** What its applications with an open session call themselves. */
  readonly applications: readonly string[];
}

/** As a rule of thumb, of JSON. */
const bytesPerToken = 4;
const maxNames = 200;

/** What the tools of a client take, by the lists that are known; no server is asked. */
export function clientTools(
  views: ListViews,
  catalog: Catalog,
  { registry, client, listing, applications }: Wanted,
): Omit<ClientToolsAnswer, 'ok' | 'searches'> {
  const viewer: Viewer = {
    client,
    registry,
    only: null,
    owner: { clientId: client.id, sessionId: null },
    supportsTasks: false,
    connection: { asksForSearch: false, application: applications[0] },
  };
  const { tools } = views.allowed(viewer);
  const byServer = Map.groupBy(tools, ({ address }) => address.serverId);
  const servers = [...byServer].map(([id, all]) => ({
    server_id: id,
    ...sizeOf(all.map(({ item }) => item)),
  }));
  const listed = views.listedWith(viewer, listing);
  const { mode, max, descriptions } = listing;
  return {
    client_id: client.id,
    mode,
    max,
    descriptions,
    allowed: sizeOf(tools.map(({ item }) => item)),
    listed: sizeOf(listed),
    by_search: listsBySearch(listing, viewer.connection, tools.length),
    names: listed.slice(0, maxNames).map(({ name }) => name),
    servers: servers.sort((a, b) => b.bytes - a.bytes),
    unknown_servers: grantedServers(client, registry).flatMap((server) =>
      catalog.known('tools', server, viewer.owner) === undefined ? [server.id] : [],
    ),
    applications: applications.map((name) => ({ name, limit: limitsOf(name)?.limit ?? null })),
  };
}

/** Of a list as it is sent, and of what of it a model reads: applications keep `_meta` for themselves. */
function sizeOf(tools: readonly Tool[]): ClientToolsAnswer['listed'] {
  const read = tools.map(({ _meta, ...rest }) => rest);
  return {
    tools: tools.length,
    bytes: bytesOf(tools),
    tokens: Math.round(bytesOf(read) / bytesPerToken),
  };
}

function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}
