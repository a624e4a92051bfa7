import { namespace, remoteAt } from './remote.ts';

/** A page of `GET /v0.1/servers` has this number of entries unless `limit` says another, up to the maximum. */
const [usualLimit, maxLimit] = [30, 100];

interface OwnFacts {
  readonly origin: string;
  readonly version: string;
  readonly oauth: boolean;
}

/** The name of a server in the list, and in the paths below it. */
export function listedName(serverId: string): string {
  return `${namespace}/${serverId}`;
}

/** One server as an entry of the list (server.json, schema 2025-12-11): reached through LMCP, never directly. */
export function listedServer(serverId: string, { origin, version, oauth }: OwnFacts): object {
  return {
    server: {
      $schema: 'https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json',
      name: listedName(serverId),
      title: serverId,
      description: `The server "${serverId}" through LMCP`,
      version,
      remotes: [remoteAt(`${origin}/mcp/${encodeURIComponent(serverId)}`, oauth)],
    },
    _meta: {},
  };
}

export type ListQuery =
  | {
      readonly ok: true;
      readonly limit: number;
      readonly cursor: string;
      readonly search: string;
      readonly version: string | null;
    }
  | { readonly ok: false; readonly message: string };

/**
 * The query of `GET /v0.1/servers` (registry API v0.1, "List MCP servers"). `updated_since` changes nothing: times of change are
 * not kept.
 */
export function readListQuery(query: URLSearchParams): ListQuery {
  const given = query.get('limit');
  const limit = given === null ? usualLimit : Number(given);
  if (!Number.isInteger(limit) || limit < 1 || limit > maxLimit)
    return { ok: false, message: `limit must be a whole number from 1 to ${maxLimit}` };
  const [cursor = '', search = ''] = ['cursor', 'search'].map((name) => query.get(name) ?? '');
  return { ok: true, limit, cursor, search: search.toLowerCase(), version: query.get('version') };
}

/** The page of the ids that a query asks for. @param ids of the servers that the client may use */
export function listPage(
  ids: readonly string[],
  { limit, cursor, search, version }: Extract<ListQuery, { readonly ok: true }>,
  facts: OwnFacts,
): object {
  const isWanted = version === null || version === 'latest' || version === facts.version;
  const names = isWanted ? ids.filter((id) => listedName(id).toLowerCase().includes(search)).sort() : [];
  const left = names.filter((id) => listedName(id) > cursor);
  const page = left.slice(0, limit);
  const last = page.at(-1);
  return {
    servers: page.map((id) => listedServer(id, facts)),
    metadata: {
      count: page.length,
      ...(last !== undefined && left.length > limit && { nextCursor: listedName(last) }),
    },
  };
}
