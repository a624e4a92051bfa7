import type { ByteBudget } from '../../../byteBudget.ts';
import type { Catalog } from '../../../catalog/catalog.ts';
import type { Offer } from '../../../catalog/offers.ts';
import { exposeItems, type Exposed, type Offered } from '../../../catalog/expose.ts';
import { kinds, type Item, type Kind, type NamedItem } from '../../../catalog/items.ts';
import { strictItem } from '../../../catalog/strict/strictItem.ts';
import { strictTool } from '../../../catalog/strict/strictTool.ts';
import { exposedUri } from '../../../catalog/resources/resourceUris.ts';
import type { Tool } from '../../../catalog/tools.ts';
import { decideTool } from '../../../policy/decide.ts';
import { grantedServers } from '../../../policy/grant.ts';
import type { Client, Registry, Server, ToolListing } from '../../../registry/types.ts';
import type { Era, Owner } from '../../../upstream/types.ts';
import { tasksOf } from '../../tasks/support.ts';
import { listsBySearch, type Connection } from '../../../search/listing.ts';
import { serverMap } from '../search/serverMap.ts';
import { listedForSearch, listedWhole } from './listedTools.ts';
import { withoutTaskSupport } from './toolTaskSupport.ts';
import { ViewText } from './viewText.ts';

/** The recipient of a list, and the path. */
export interface Viewer {
  readonly client: Client;
  readonly registry: Registry;
  /** The one server of `/mcp/<server>`, or null for `/mcp`. */
  readonly only: string | null;
  readonly owner: Owner;
  /** The client can run tools as tasks. */
  readonly supportsTasks: boolean;
  readonly connection: Connection;
}

/** A list as sent to one client. */
export interface ListView {
  readonly text: ViewText;
  /** Number of items per server. */
  readonly shown: ReadonlyMap<string, number>;
}

/** The tools that a client may use. */
export interface ToolsView extends ListView {
  readonly tools: readonly Exposed[];
}

interface Cached {
  readonly parts: readonly unknown[];
  readonly view: ListView;
  /** The search tools listed instead of its tools, if the client uses tool search. */
  search: ListView | undefined;
}

/** The views of one client, least recently used first. */
interface OfClient {
  /** The registry's client that the views were made for. */
  readonly client: Client;
  readonly views: Map<string, Cached>;
}

/**
 * Clients' views of the servers' lists: only allowed and approved tools, under the names of the path. A view is cached until
 * something it depends on changes, or until the client's requests need the memory.
 */
export class ListViews {
  readonly #catalog: Catalog;
  readonly #marks: () => number;
  readonly #memory: ByteBudget;
  readonly #cache = new Map<string, OfClient>();

  /** @param marks increases with every change of approvals */
  constructor(catalog: Catalog, marks: () => number, memory: ByteBudget) {
    this.#catalog = catalog;
    this.#marks = marks;
    this.#memory = memory;
    memory.reclaimFrom((owner) => owner.kind === 'client' && this.#dropOldest(owner.id));
  }

  /** The view of these servers' items; with tool search, the search tools instead of the servers' tools. */
  of(viewer: Viewer, kind: Kind, offers: readonly Offer<Item>[]): ListView {
    const cached = this.#whole(viewer, kind, offers);
    const { only, client, connection } = viewer;
    const { view } = cached;
    const searched =
      only === null && isToolsView(view) && listsBySearch(client.tools, connection, view.tools.length);
    const listed = searched
      ? (cached.search ??= viewOf(this.#forSearch(viewer, client.tools, view), view.shown))
      : view;
    this.#count(viewer, kind, cached, listed);
    return listed;
  }

  /** All known tools of `/mcp` that the client may use, listed or searched for. */
  allowed(viewer: Viewer): ToolsView {
    return this.#whole(viewer, 'tools', this.#knownOffers(viewer, 'tools')).view as ToolsView;
  }

  /** The known tools that `/mcp` would list with this setting. */
  listedWith(viewer: Viewer, listing: ToolListing): readonly Tool[] {
    const view = this.allowed(viewer);
    return listsBySearch(listing, viewer.connection, view.tools.length)
      ? this.#forSearch(viewer, listing, view)
      : listedWhole(
          listing,
          view.tools.map(({ item }) => item),
        );
  }

  /** Drops views of clients that were removed from the registry. */
  keepOnly(clients: ReadonlyMap<string, unknown>): void {
    for (const [id, { views }] of this.#cache) if (!clients.has(id)) this.#drop(id, views);
  }

  #whole(viewer: Viewer, kind: Kind, offers: readonly Offer<Item>[]): Cached {
    const { client, owner, supportsTasks } = viewer;
    const given = offers.flatMap((offer) => (offer.ok ? [offer] : []));
    const able = given.map(({ server }) => supportsTasks && this.#takesTasks(server, owner));
    const parts = [
      this.#marks(),
      ...given.flatMap(({ server, items }, place) => [server, items, able[place]]),
    ];
    const key = keyOf(viewer, kind);
    const { views } = this.#of(client);
    const known = views.get(key);
    views.delete(key);
    if (known !== undefined && sameParts(known.parts, parts)) {
      views.set(key, known);
      return known;
    }
    if (known !== undefined) release(known);
    const taking = new Set(given.flatMap(({ server }, place) => (able[place] === true ? [server.id] : [])));
    const view = kind === 'tools' ? this.#tools(viewer, given, taking) : others(viewer, kind, given);
    const made: Cached = { parts, view, search: undefined };
    views.set(key, made);
    return made;
  }

  #of(client: Client): OfClient {
    const known = this.#cache.get(client.id);
    if (known?.client === client) return known;
    if (known !== undefined) this.#drop(client.id, known.views);
    const made: OfClient = { client, views: new Map() };
    this.#cache.set(client.id, made);
    return made;
  }

  /** Counts the text of a view once. A view that doesn't fit is rebuilt for each request. */
  #count(viewer: Viewer, kind: Kind, cached: Cached, listed: ListView): void {
    const { client } = viewer;
    if (listed.text.isCounted) return;
    const { views } = this.#of(client);
    const key = keyOf(viewer, kind);
    // Views are evicted to free memory, but not this one.
    views.delete(key);
    if (listed.text.count(this.#memory.open({ kind: 'client', id: client.id }))) views.set(key, cached);
    else release(cached);
  }

  #dropOldest(clientId: string): boolean {
    const views = this.#cache.get(clientId)?.views;
    for (const [key, cached] of views ?? []) {
      views?.delete(key);
      release(cached);
      return true;
    }
    return false;
  }

  #drop(clientId: string, views: ReadonlyMap<string, Cached>): void {
    for (const cached of views.values()) release(cached);
    this.#cache.delete(clientId);
  }

  /** The view of the known lists; no server is asked. */
  known(viewer: Viewer, kind: Kind): ListView {
    return this.of(viewer, kind, this.#knownOffers(viewer, kind));
  }

  #knownOffers(viewer: Viewer, kind: Kind): Offer<Item>[] {
    return serversOf(viewer).flatMap((server): Offer<Item>[] => {
      const items = this.#catalog.known(kind, server, viewer.owner);
      return items === undefined ? [] : [{ server, ok: true, items }];
    });
  }

  #forSearch(
    { registry, owner }: Viewer,
    listing: ToolListing,
    { shown, tools: allowed }: ToolsView,
  ): readonly Tool[] {
    const servers = [...shown].map(([id, tools]) => {
      const server = registry.servers.get(id);
      return { id, tools, described: server && this.#catalog.described(server, owner) };
    });
    const tools = allowed.map(({ item }) => item);
    return listedForSearch(listing, tools, serverMap(servers));
  }

  #tools({ client, only, owner }: Viewer, given: readonly Given[], taking: ReadonlySet<string>): ToolsView {
    const offers: Offered[] = given.map(({ server, items }) => ({
      serverId: server.id,
      items: items as readonly Tool[],
    }));
    const usable = new Map(given.map((one) => [one.server.id, this.#usable(client, one)]));
    const all = only === null ? exposeItems(strictOffers(offers, owner.era ?? 'legacy')) : bareTools(offers);
    const visible = all.filter(({ address }) => usable.get(address.serverId)?.has(address.name));
    const shown = new Map<string, number>();
    for (const { address } of visible) shown.set(address.serverId, (shown.get(address.serverId) ?? 0) + 1);
    const tools = visible.map((one) =>
      only !== null || taking.has(one.address.serverId)
        ? one
        : { address: one.address, item: withoutTaskSupport(one.item) },
    );
    const items = tools.map(({ item }) => item);
    return { ...viewOf(only === null ? listedWhole(client.tools, items) : items, shown), tools };
  }

  /** The names of the tools that a call of this client may use. */
  #usable(client: Client, { server, items }: Given): ReadonlySet<string> {
    const allowed = (items as readonly Tool[]).filter((tool) => {
      const definition = server.pinTools ? this.#catalog.compare(server, tool) : 'listed';
      return decideTool(client, server, tool.name, definition).allowed === true;
    });
    return new Set(allowed.map(({ name }) => name));
  }

  #takesTasks(server: Server, owner: Owner): boolean {
    const described = this.#catalog.described(server, owner);
    return described !== undefined && tasksOf(described)?.call === true;
  }
}

function viewOf(items: readonly unknown[], shown: ReadonlyMap<string, number>): ListView {
  return { text: new ViewText(items), shown };
}

function release({ view, search }: Cached): void {
  view.text.drop();
  search?.text.drop();
}

function keyOf({ only, owner, supportsTasks }: Viewer, kind: Kind): string {
  return `${kind} ${only ?? ''} ${owner.era ?? 'legacy'} ${String(supportsTasks)}`;
}

function isToolsView(view: ListView): view is ToolsView {
  return 'tools' in view;
}

type Given = Extract<Offer<Item>, { readonly ok: true }>;

function serversOf({ client, registry, only }: Viewer): Server[] {
  return grantedServers(client, registry).filter(({ id }) => only === null || only === id);
}

/** A client that rejects one definition would lose the tools of all servers. */
function strictOffers(offers: readonly Offered[], era: Era): Offered[] {
  return offers.map(({ serverId, items }) => ({
    serverId,
    items: items.flatMap((one) => strictTool(one, era).tool ?? []),
  }));
}

function bareTools(offers: readonly Offered[]): Exposed[] {
  return offers.flatMap(({ serverId, items }) =>
    items.map((item) => ({ address: { serverId, name: item.name }, item })),
  );
}

function others({ only }: Viewer, kind: Exclude<Kind, 'tools'>, given: readonly Given[]): ListView {
  const items = only === null ? renamed(kind, given) : given.flatMap(({ items }) => items);
  return viewOf(items, new Map(given.map(({ server, items }) => [server.id, items.length])));
}

function renamed(kind: Exclude<Kind, 'tools'>, given: readonly Given[]): Item[] {
  if (kind === 'prompts') {
    const prompts = given.map(({ server, items }) => ({
      serverId: server.id,
      items: items.map((item) => strictItem(kind, item) as NamedItem),
    }));
    return exposeItems(prompts).map(({ item }) => item);
  }
  const { id } = kinds[kind];
  return given.flatMap(({ server, items }) =>
    items.flatMap((item) => {
      const uri = exposedUri({ serverId: server.id, uri: String(item[id]) });
      return uri === undefined ? [] : [{ ...strictItem(kind, item), [id]: uri }];
    }),
  );
}

function sameParts(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((part, place) => part === b[place]);
}
