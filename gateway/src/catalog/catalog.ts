import { UpstreamError } from '../errors.ts';
import type { Server } from '../registry/types.ts';
import type { Instance, Owner, UpstreamPool } from '../upstream/types.ts';
import { requestWithRetry } from '../upstream/pool/requestWithRetry.ts';
import { kinds, offers, readAllItems, type Item, type ItemList, type Kind } from './items.ts';
import type { ListedDefinition, Tool } from './tools.ts';

/** What one server offered when asked, or why it could not. */
export type Offer<I extends Item = Tool> =
  | { readonly server: Server; readonly ok: true; readonly tools: readonly I[] }
  /** Without an error the server was slower than the list may wait; what comes later is announced. */
  | { readonly server: Server; readonly ok: false; readonly error: UpstreamError | undefined };

/** A caller with patience waits for slow servers as long as they take. */
export interface Patience {
  readonly patient?: boolean;
}

interface KnownList {
  readonly generation: number;
  readonly items: Promise<readonly Item[]>;
}

export interface CatalogOptions {
  readonly pool: UpstreamPool;
  /** How long one slow server may hold up the list of all, in milliseconds. */
  readonly patienceMs: number;
  /** A server that was too slow has answered after all: its owner's list has changed. */
  readonly onLateArrival: (owner: Owner, serverId: string, kind: Kind) => void;
  /** How a listed tool compares with its approved definition. */
  readonly compare: (serverId: string, tool: Tool) => ListedDefinition;
  /** How much one server may list of one kind, in bytes of JSON; what lies beyond is left out. */
  readonly maxListBytes: () => number;
  /** A server lists more than that; `kept` items are offered. */
  readonly onCut: (serverId: string, kind: Kind, kept: number) => void;
  /** A server has been asked which tools it offers. */
  readonly onListed?: (serverId: string, tools: readonly Tool[]) => void;
  /** A list ended in a way that a correct one does not; what came is used. */
  readonly onIncomplete?: (serverId: string, method: string, what: string) => void;
}

/** Which tools, prompts and resources there are: lists kept for as long as the instance they came from lives and says nothing new. */
export class Catalog {
  readonly #options: CatalogOptions;
  readonly #lists = new WeakMap<Instance, Map<Kind, KnownList>>();
  /** By server and kind, counts up with every list_changed: lists read before are stale then. */
  readonly #generations = new Map<string, number>();
  /** What each server offered last, whoever asked; for status and management. */
  readonly #lastKnown = new Map<string, readonly Tool[]>();

  constructor(options: CatalogOptions) {
    this.#options = options;
  }

  /** The tools of one server, approved or not. @throws UpstreamError */
  async tools(server: Server, owner: Owner): Promise<readonly Tool[]> {
    return (await this.items('tools', server, owner)) as readonly Tool[];
  }

  /** How the server's tool of this name compares with its approved definition. @throws UpstreamError */
  async definition(server: Server, owner: Owner, name: string): Promise<ListedDefinition | 'unlisted'> {
    const tool = (await this.tools(server, owner)).find((each) => each.name === name);
    return tool === undefined ? 'unlisted' : this.compare(server, tool);
  }

  /** How a listed tool compares with its approved definition. */
  compare(server: Server, tool: Tool): ListedDefinition {
    return this.#options.compare(server.id, tool);
  }

  /** What one server lists. @throws UpstreamError */
  async items(kind: Kind, server: Server, owner: Owner): Promise<readonly Item[]> {
    const instance = await this.#options.pool.acquire(server, owner);
    const generation = this.#generations.get(generationKey(kind, server.id)) ?? 0;
    const lists = this.#lists.get(instance) ?? new Map<Kind, KnownList>();
    this.#lists.set(instance, lists);
    const known = lists.get(kind);
    if (known?.generation === generation) return known.items;
    const list = { generation, items: this.#read(kind, server, instance) };
    lists.set(kind, list);
    list.items.catch(() => {
      if (lists.get(kind) === list) lists.delete(kind);
    });
    return list.items;
  }

  /**
   * The tools of several servers at once; none fails the others. A slow one is left out and announced when it comes, unless
   * the caller is patient.
   */
  async offers(servers: readonly Server[], owner: Owner, patience: Patience = {}): Promise<Offer[]> {
    return (await this.offersOf('tools', servers, owner, patience)) as Offer[];
  }

  /** As `offers`, of any kind. */
  async offersOf(
    kind: Kind,
    servers: readonly Server[],
    owner: Owner,
    { patient = false }: Patience = {},
  ): Promise<Offer<Item>[]> {
    return Promise.all(
      servers.map((server) =>
        patient ? this.#answer(kind, server, owner) : this.#offer(kind, server, owner),
      ),
    );
  }

  /** A server said that its list changed: all that is known of it is stale. */
  invalidate(serverId: string, kind: Kind = 'tools'): void {
    const key = generationKey(kind, serverId);
    this.#generations.set(key, (this.#generations.get(key) ?? 0) + 1);
  }

  /** The tools that a server offered when last asked; null when it was not. */
  lastKnown(serverId: string): readonly Tool[] | null {
    return this.#lastKnown.get(serverId) ?? null;
  }

  /** A server is no longer in the registry: another may get its name. */
  forget(serverId: string): void {
    this.#lastKnown.delete(serverId);
  }

  /** How many tools a server offered when last asked; null when it was not. */
  toolCount(serverId: string): number | null {
    return this.lastKnown(serverId)?.length ?? null;
  }

  async #answer(kind: Kind, server: Server, owner: Owner): Promise<Offer<Item>> {
    try {
      return { server, ok: true, tools: await this.items(kind, server, owner) };
    } catch (error) {
      return { server, ok: false, error: asUpstreamError(error) };
    }
  }

  async #offer(kind: Kind, server: Server, owner: Owner): Promise<Offer<Item>> {
    const list = this.#answer(kind, server, owner);
    const late = Symbol('late');
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<typeof late>((resolve) => {
      timer = setTimeout(resolve, this.#options.patienceMs, late);
    });
    const first = await Promise.race([list, patience]);
    clearTimeout(timer);
    if (first !== late) return first;
    void list.then((offer) => {
      if (offer.ok) this.#options.onLateArrival(owner, server.id, kind);
    });
    return { server, ok: false, error: undefined };
  }

  async #read(kind: Kind, server: Server, instance: Instance): Promise<readonly Item[]> {
    const { method } = kinds[kind];
    const { items, cut }: ItemList = offers(instance, kind)
      ? await readAllItems(
          kind,
          (cursor) =>
            requestWithRetry(instance, method, cursor === undefined ? {} : { cursor }, server.timeouts),
          this.#options.maxListBytes(),
          (what) => this.#options.onIncomplete?.(server.id, method, what),
        )
      : { items: [], cut: false };
    if (cut) this.#options.onCut(server.id, kind, items.length);
    if (kind !== 'tools') return items;
    const tools = items as readonly Tool[];
    this.#lastKnown.set(server.id, tools);
    this.#options.onListed?.(server.id, tools);
    return tools;
  }
}

function generationKey(kind: Kind, serverId: string): string {
  return `${kind} ${serverId}`;
}

function asUpstreamError(error: unknown): UpstreamError {
  return error instanceof UpstreamError
    ? error
    : new UpstreamError('protocol', 'the server could not be asked');
}
