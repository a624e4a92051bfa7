import type { FoundToolsAnswer } from '../../api/tools/clientTools.ts';
import type { Catalog } from '../../catalog/catalog.ts';
import { toolHint, type Tool } from '../../catalog/tools.ts';
import type { ToolSearch } from '../../mcp/methods/search/toolSearch.ts';
import { decideTool } from '../../policy/decide.ts';
import type { Registry, Server } from '../../registry/types.ts';
import { firstSentence } from '../../search/firstSentence.ts';

/** The tools of all servers that fit a query best, used by a client or not, as far as their lists are known. */
export function findTools(
  registry: Registry,
  catalog: Catalog,
  search: ToolSearch,
  query: string,
  limit: number,
): Omit<FoundToolsAnswer, 'ok'> {
  const servers = [...registry.servers.values()].filter(({ enabled }) => enabled);
  const lists = servers.flatMap((server) => {
    const tools = catalog.lastKnown(server.id);
    return tools === null ? [] : [{ server, tools }];
  });
  const known = new Set(lists.map(({ server }) => server));
  return {
    tools: search.findIn(lists, query, limit).map(({ server, tool }) => ({
      server_id: server.id,
      name: tool.name,
      description: descriptionOf(tool),
      hint: toolHint(tool),
      clients: clientsOf(registry, catalog, server, tool),
    })),
    searched: lists.reduce((sum, { tools }) => sum + tools.length, 0),
    unknown_servers: servers.flatMap((server) => (known.has(server) ? [] : [server.id])),
  };
}

function clientsOf(registry: Registry, catalog: Catalog, server: Server, tool: Tool): string[] {
  const definition = server.pinTools ? catalog.compare(server, tool) : 'listed';
  return [...registry.clients.values()]
    .filter((client) => client.allowServers.has(server.id))
    .filter((client) => decideTool(client, server, tool.name, definition).allowed === true)
    .map(({ id }) => id);
}

function descriptionOf({ description }: Tool): string {
  return typeof description === 'string' ? firstSentence(description) : '';
}
