import type { Catalog } from '../../../catalog/catalog.ts';
import type { Exposed } from '../../../catalog/expose.ts';
import type { Tool } from '../../../catalog/tools.ts';
import type { Server } from '../../../registry/types.ts';
import { callToolFor } from '../../../search/callTools.ts';
import { searchTools, type Searched } from '../../../search/search.ts';
import { ToolIndex } from '../../../search/toolIndex.ts';
import type { Owner } from '../../../upstream/types.ts';
import { isObject, own } from '../../jsonrpc/message.ts';
import type { ListViews, ToolsView, Viewer } from '../lists/listViews.ts';
import { shortened } from './shortened.ts';

export interface Wanted {
  readonly queries: readonly string[];
  readonly server: string | undefined;
  readonly limit: number;
}

/** What one server lists. */
interface ServerList {
  readonly server: Server;
  readonly tools: readonly Tool[];
}

/** Reads only the shared memory of a server, never the list of one client's instance. */
const noOwner: Owner = { clientId: '', sessionId: null };

/** The best results include their schemas, unless those exceed this many characters. */
const withSchema = 3;
const maxSchema = 16_000;
const maxLine = 200;

interface Prepared {
  readonly searched: readonly Searched[];
  /** Per server, the tools' names of `/mcp`, by position in its list. */
  readonly exposed: ReadonlyMap<string, ReadonlyMap<number, Exposed>>;
}

/** Finds and describes only the tools that a client may use. Servers' lists are indexed once for all clients. */
export class ToolSearch {
  readonly #catalog: Catalog;
  readonly #views: ListViews;
  readonly #indexes = new WeakMap<readonly Tool[], ToolIndex>();
  readonly #prepared = new WeakMap<ToolsView, Prepared>();

  constructor(catalog: Catalog, views: ListViews) {
    this.#catalog = catalog;
    this.#views = views;
  }

  find(viewer: Viewer, { queries, server, limit }: Wanted): object[] {
    const { searched, exposed } = this.#prepare(viewer);
    const among = server === undefined ? searched : searched.filter(({ serverId }) => serverId === server);
    return searchTools(among, queries, limit).flatMap(({ serverId, place }, rank) => {
      const found = exposed.get(serverId)?.get(place);
      return found === undefined ? [] : [shortForm(found.item, rank < withSchema)];
    });
  }

  /** Searches all tools of these servers, not only those that a client may use; for the administrator. */
  findIn(lists: readonly ServerList[], query: string, limit: number): { server: Server; tool: Tool }[] {
    const byId = new Map(lists.map((one) => [one.server.id, one]));
    const searched = lists.map(({ server, tools }): Searched => {
      const about = aboutOf(this.#catalog.described(server, noOwner)?.initializeResult);
      const index = this.#indexOf(server.id, about, tools);
      return { serverId: server.id, index, usable: new Uint8Array(tools.length).fill(1) };
    });
    return searchTools(searched, [query], limit).flatMap(({ serverId, place }) => {
      const { server, tools } = byId.get(serverId) ?? {};
      const tool = tools?.[place];
      return server === undefined || tool === undefined ? [] : [{ server, tool }];
    });
  }

  /** The full definitions of those that this client may use. */
  describe(
    viewer: Viewer,
    names: readonly string[],
  ): { readonly tools: readonly Tool[]; readonly not_found: readonly string[] } {
    const { tools } = this.#views.allowed(viewer);
    const known = new Map(tools.map(({ item }) => [item.name, item]));
    return {
      tools: names.flatMap((name) => known.get(name) ?? []),
      not_found: names.filter((name) => !known.has(name)),
    };
  }

  #prepare(viewer: Viewer): Prepared {
    const view = this.#views.allowed(viewer);
    const known = this.#prepared.get(view);
    if (known !== undefined) return known;
    const byServer = Map.groupBy(view.tools, ({ address }) => address.serverId);
    const searched: Searched[] = [];
    const exposed = new Map<string, ReadonlyMap<number, Exposed>>();
    for (const [serverId, tools] of byServer) {
      const server = viewer.registry.servers.get(serverId);
      const list = (server && this.#catalog.known('tools', server, viewer.owner)) as
        readonly Tool[] | undefined;
      if (server === undefined || list === undefined) continue;
      const about = aboutOf(this.#catalog.described(server, viewer.owner)?.initializeResult);
      const named = new Map(tools.map((one) => [one.address.name, one]));
      const placed = list.flatMap(({ name }, place): [number, Exposed][] => {
        const one = named.get(name);
        return one === undefined ? [] : [[place, one]];
      });
      const usable = new Uint8Array(list.length);
      for (const [place] of placed) usable[place] = 1;
      searched.push({ serverId, index: this.#indexOf(serverId, about, list), usable });
      exposed.set(serverId, new Map(placed));
    }
    const prepared = { searched, exposed };
    this.#prepared.set(view, prepared);
    return prepared;
  }

  #indexOf(id: string, about: string, list: readonly Tool[]): ToolIndex {
    const index = this.#indexes.get(list) ?? new ToolIndex({ id, about }, list);
    this.#indexes.set(list, index);
    return index;
  }
}

function aboutOf(result: Readonly<Record<string, unknown>> | undefined): string {
  const info = result === undefined ? undefined : own(result, 'serverInfo');
  const texts = isObject(info) ? [own(info, 'title'), own(info, 'description')] : [];
  return [...texts, result?.['instructions']].filter((text) => typeof text === 'string').join('\n');
}

/** One line about a tool, with what is needed to call it. */
function shortForm(tool: Tool, whole: boolean): object {
  const schema = whole ? tool['inputSchema'] : undefined;
  const fits = schema !== undefined && JSON.stringify(schema).length <= maxSchema;
  return {
    name: tool.name,
    description: firstLine(tool['description']),
    call: callToolFor(tool),
    ...(tool['annotations'] === undefined ? {} : { annotations: tool['annotations'] }),
    ...(fits && { inputSchema: schema }),
  };
}

function firstLine(text: unknown): string {
  return shortened(typeof text === 'string' ? (text.trim().split(/[\r\n]/, 1)[0] ?? '') : '', maxLine);
}
