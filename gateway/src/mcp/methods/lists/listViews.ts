import type { Catalog, Offer } from '../../../catalog/catalog.ts';
import { exposeTools, type ExposedTool, type Offered } from '../../../catalog/expose.ts';
import { kinds, type Item, type Kind } from '../../../catalog/items.ts';
import { strictItem } from '../../../catalog/strict/strictItem.ts';
import { strictTool } from '../../../catalog/strict/strictTool.ts';
import { exposedUri } from '../../../catalog/resources/resourceUris.ts';
import type { Tool } from '../../../catalog/tools.ts';
import { decideTool } from '../../../policy/decide.ts';
import { grantedServers } from '../../../policy/grant.ts';
import type { Client, Registry, Server } from '../../../registry/types.ts';
import type { Era, Owner } from '../../../upstream/types.ts';
import { tasksOf } from '../../tasks/support.ts';
import { withoutTaskSupport } from './toolTaskSupport.ts';

/** Who is shown a list, and on which path. */
export interface Viewer {
  readonly client: Client;
  readonly registry: Registry;
  /** The one server of `/mcp/<server>`, or null for `/mcp`. */
  readonly only: string | null;
  readonly owner: Owner;
  /** The client can run tools as tasks. */
  readonly supportsTasks: boolean;
}

/** A list as one client is shown it. */
export interface ListView {
  /** A JSON array. */
  readonly text: string;
  /** How many of the items are of each server. */
  readonly shown: ReadonlyMap<string, number>;
}

interface Cached {
  readonly parts: readonly unknown[];
  readonly view: ListView;
}

/**
 * What clients are shown of what servers list: allowed and approved tools alone, under the names of the path. A view is made once and
 * kept until something that it depends on is another.
 */
export class ListViews {
  readonly #catalog: Catalog;
  readonly #marks: () => number;
  readonly #cache = new WeakMap<Client, Map<string, Cached>>();

  /** @param marks counts up with every change of what is approved */
  constructor(catalog: Catalog, marks: () => number) {
    this.#catalog = catalog;
    this.#marks = marks;
  }

  /** The view of what these servers offer. */
  of(viewer: Viewer, kind: Kind, offers: readonly Offer<Item>[]): ListView {
    const { client, only, owner, supportsTasks } = viewer;
    const given = offers.flatMap((offer) => (offer.ok ? [offer] : []));
    const able = given.map(({ server }) => supportsTasks && this.#takesTasks(server, owner));
    const parts = [
      this.#marks(),
      ...given.flatMap(({ server, tools }, place) => [server, tools, able[place]]),
    ];
    const key = `${kind} ${only ?? ''} ${owner.era ?? 'legacy'} ${String(supportsTasks)}`;
    const cache = this.#cache.get(client) ?? new Map<string, Cached>();
    this.#cache.set(client, cache);
    const known = cache.get(key);
    if (known !== undefined && sameParts(known.parts, parts)) return known.view;
    const taking = new Set(given.flatMap(({ server }, place) => (able[place] === true ? [server.id] : [])));
    const view = kind === 'tools' ? this.#tools(viewer, given, taking) : others(viewer, kind, given);
    cache.set(key, { parts, view });
    return view;
  }

  /** The view of what is known; no server is asked. */
  known(viewer: Viewer, kind: Kind): ListView {
    const servers = serversOf(viewer);
    return this.of(
      viewer,
      kind,
      servers.flatMap((server): Offer<Item>[] => {
        const tools = this.#catalog.known(kind, server, viewer.owner);
        return tools === undefined ? [] : [{ server, ok: true, tools }];
      }),
    );
  }

  #tools({ client, only, owner }: Viewer, given: readonly Given[], taking: ReadonlySet<string>): ListView {
    const offers: Offered[] = given.map(({ server, tools }) => ({
      serverId: server.id,
      tools: tools as readonly Tool[],
    }));
    const usable = new Map(given.map((one) => [one.server.id, this.#usable(client, one)]));
    const all = only === null ? exposeTools(strictOffers(offers, owner.era ?? 'legacy')) : bareTools(offers);
    const visible = all.filter(({ address }) => usable.get(address.serverId)?.has(address.tool));
    const shown = new Map<string, number>();
    for (const { address } of visible) shown.set(address.serverId, (shown.get(address.serverId) ?? 0) + 1);
    const tools = visible.map((one) =>
      only !== null || taking.has(one.address.serverId) ? one.tool : withoutTaskSupport(one.tool),
    );
    return { text: JSON.stringify(tools), shown };
  }

  /** The names of the tools that a call of this client may use. */
  #usable(client: Client, { server, tools }: Given): ReadonlySet<string> {
    const allowed = (tools as readonly Tool[]).filter((tool) => {
      const definition = server.pinTools ? this.#catalog.compare(server, tool) : 'unknown';
      return decideTool(client, server, tool.name, definition).allowed === true;
    });
    return new Set(allowed.map(({ name }) => name));
  }

  #takesTasks(server: Server, owner: Owner): boolean {
    const described = this.#catalog.described(server, owner);
    return described !== undefined && tasksOf(described)?.call === true;
  }
}

type Given = Extract<Offer<Item>, { readonly ok: true }>;

function serversOf({ client, registry, only }: Viewer): Server[] {
  return grantedServers(client, registry).filter(({ id }) => only === null || only === id);
}

/** One definition that a client rejects would cost it the tools of all servers. */
function strictOffers(offers: readonly Offered[], era: Era): Offered[] {
  return offers.map(({ serverId, tools }) => ({
    serverId,
    tools: tools.flatMap((one) => strictTool(one, era).tool ?? []),
  }));
}

function bareTools(offers: readonly Offered[]): ExposedTool[] {
  return offers.flatMap(({ serverId, tools }) =>
    tools.map((tool) => ({ address: { serverId, tool: tool.name }, tool })),
  );
}

function others({ only }: Viewer, kind: Exclude<Kind, 'tools'>, given: readonly Given[]): ListView {
  const items = only === null ? renamed(kind, given) : given.flatMap(({ tools }) => tools);
  return {
    text: JSON.stringify(items),
    shown: new Map(given.map(({ server, tools }) => [server.id, tools.length])),
  };
}

function renamed(kind: Exclude<Kind, 'tools'>, given: readonly Given[]): Item[] {
  if (kind === 'prompts') {
    const prompts = given.map(({ server, tools }) => ({
      serverId: server.id,
      tools: tools.map((item) => strictItem(kind, item) as Tool),
    }));
    return exposeTools(prompts).map(({ tool }) => tool);
  }
  const { id } = kinds[kind];
  return given.flatMap(({ server, tools }) =>
    tools.flatMap((item) => {
      const uri = exposedUri({ serverId: server.id, uri: String(item[id]) });
      return uri === undefined ? [] : [{ ...strictItem(kind, item), [id]: uri }];
    }),
  );
}

function sameParts(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((part, place) => part === b[place]);
}
