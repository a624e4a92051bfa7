import type { ByteBudget, HeldBytes } from '../byteBudget.ts';
import { UpstreamError } from '../errors.ts';
import { requestWithRetry } from '../upstream/pool/requestWithRetry.ts';
import type { Instance, Owner } from '../upstream/types.ts';
import type { Server } from '../registry/types.ts';
import { declared } from './declared.ts';
import { noteBytes } from './memory/rememberedBytes.ts';
import { kinds, readAllItems, type Item, type ItemList, type Kind } from './items.ts';
import { isUnsupported, noteRejection } from './unsupportedList.ts';

/** A list that a running instance has returned, or is returning. */
export interface LiveList {
  readonly generation: number;
  readonly items: Promise<readonly Item[]>;
  /** Whether it is the first list of its kind from this instance. */
  readonly first: boolean;
  /** Its received bytes, counted until it is replaced or its instance ends. */
  readonly held: HeldBytes;
  /** When it was requested, in monotonic milliseconds. */
  readonly askedAt: number;
  /** Set once it has been received. */
  read?: readonly Item[];
  /** The same items, by identifier. */
  byId?: ReadonlyMap<unknown, Item>;
}

export interface LiveListsOptions {
  /** Counts the bytes of the lists of running instances. */
  readonly held: ByteBudget;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** Maximum size of one server's list of one kind, in bytes of JSON; the rest is left out. */
  readonly maxListBytes: () => number;
  /** Called when a list did not end correctly; the received part is used. */
  readonly onIncomplete?: (serverId: string, method: string, what: string) => void;
  /** Called when a list was read; `own` if it is valid only for this instance, see `LiveLists`. */
  readonly onRead: (read: {
    readonly server: Server;
    readonly owner: Owner;
    readonly instance: Instance;
    readonly kind: Kind;
    readonly items: readonly Item[];
    readonly own: boolean;
    /** Only its first pages could be read. */
    readonly partial: boolean;
    /** The server lists more than `maxListBytes`. */
    readonly cut: boolean;
  }) => void;
}

/** Selects one item of a list: by its exact name (or URI), or by a predicate. */
export type Wanted = string | ((item: Item) => boolean);

/** Minimum interval between requests to an instance for a name missing from its list. */
const refreshMs = 10_000;

/**
 * The lists of running instances: each is read once and kept until the server announces a change. A list read after a call may
 * be a consequence of the call (toolsets that a tool enables), so it belongs only to that instance.
 */
export class LiveLists {
  readonly #options: LiveListsOptions;
  readonly #lists = new WeakMap<Instance, Map<Kind, LiveList>>();
  /** By server and kind, increases with every list_changed, which makes earlier lists stale. */
  readonly #generations = new Map<string, number>();

  constructor(options: LiveListsOptions) {
    this.#options = options;
  }

  /** The list of this instance. @throws UpstreamError */
  items(kind: Kind, server: Server, owner: Owner, instance: Instance): Promise<readonly Item[]> {
    return this.#list(kind, server, owner, instance).items;
  }

  /**
   * Finds an item in this instance's list. If it is missing and the list is not new, the list is requested again.
   * @throws UpstreamError
   */
  async find(
    kind: Kind,
    server: Server,
    owner: Owner,
    instance: Instance,
    wanted: Wanted,
  ): Promise<Item | undefined> {
    const list = this.#list(kind, server, owner, instance, wanted);
    const items = await list.items;
    return itemIn({ items, byId: list.byId ?? indexed(kind, items) }, wanted);
  }

  /** Like `find`, without asking the server: returns undefined if it would have to be asked. */
  peek(
    kind: Kind,
    serverId: string,
    instance: Instance,
    wanted: Wanted,
  ): { readonly item: Item | undefined } | undefined {
    const list = this.current(kind, serverId, instance);
    if (list?.byId === undefined || list.read === undefined) return undefined;
    const item = itemIn({ items: list.read, byId: list.byId }, wanted);
    return item === undefined && this.#old(list) ? undefined : { item };
  }

  /** Reads the list if it is unread or stale, or if it is old and lacks the wanted item. */
  #list(kind: Kind, server: Server, owner: Owner, instance: Instance, wanted?: Wanted): LiveList {
    const generation = this.#generations.get(generationKey(kind, server.id)) ?? 0;
    const lists = this.#lists.get(instance) ?? new Map<Kind, LiveList>();
    this.#lists.set(instance, lists);
    const known = lists.get(kind);
    if (known?.generation === generation && !this.#lacks(known, wanted)) return known;
    const first = known === undefined;
    const own = !first && instance.called;
    const askedAt = this.#options.now();
    const held = this.#options.held.open({ kind: 'lists', id: clientOf(server, owner) });
    // The previous list is released first, so that memory need not hold both.
    known?.held[Symbol.dispose]();
    const reading = this.#read(kind, server, instance, held);
    const list: LiveList = { generation, first, held, askedAt, items: reading.then(({ items }) => items) };
    lists.set(kind, list);
    if (first) void instance.ended.then(() => lists.get(kind)?.held[Symbol.dispose]());
    const drop = (): void => {
      held[Symbol.dispose]();
      if (lists.get(kind) === list) lists.delete(kind);
    };
    reading.then(({ items, partial, cut }) => {
      list.read = items;
      list.byId = indexed(kind, items);
      noteBytes(items, held.bytes);
      // Used now, requested again next time.
      if (partial) drop();
      this.#options.onRead({ server, owner, instance, kind, items, own, partial, cut });
    }, drop);
    list.items.catch(() => undefined);
    return list;
  }

  /** Whether the list is old and lacks the wanted item, so that a new one may have it. */
  #lacks(list: LiveList, wanted: Wanted | undefined): boolean {
    const { read: items, byId } = list;
    if (wanted === undefined || items === undefined || byId === undefined || !this.#old(list)) return false;
    return itemIn({ items, byId }, wanted) === undefined;
  }

  #old({ askedAt }: LiveList): boolean {
    return this.#options.now() - askedAt >= refreshMs;
  }

  /** The last list of this instance; undefined if there is none, or a change was announced since. */
  current(kind: Kind, serverId: string, instance: Instance): LiveList | undefined {
    const known = this.#lists.get(instance)?.get(kind);
    const generation = this.#generations.get(generationKey(kind, serverId)) ?? 0;
    return known?.generation === generation ? known : undefined;
  }

  /** Whether this instance was asked for a list of this kind before. */
  wasAsked(kind: Kind, instance: Instance): boolean {
    return this.#lists.get(instance)?.has(kind) === true;
  }

  /** Called when a server announced a changed list: marks the lists of its instances stale. */
  invalidate(serverId: string, kind: Kind): void {
    const key = generationKey(kind, serverId);
    this.#generations.set(key, (this.#generations.get(key) ?? 0) + 1);
  }

  async #read(kind: Kind, server: Server, instance: Instance, held: HeldBytes): Promise<ItemList> {
    const { method } = kinds[kind];
    const declaration = declared(instance, kind);
    if (declaration === 'no') return nothing;
    const timeouts = declaration === 'yes' ? server.timeouts : asUndeclared(server.timeouts);
    try {
      return await readAllItems(
        kind,
        async (cursor) => {
          const page = await requestWithRetry(
            instance,
            method,
            cursor === undefined ? {} : { cursor },
            timeouts,
          );
          if (held.add(page.bytes) !== undefined) throw tooMuch(server);
          return page;
        },
        this.#options.maxListBytes(),
        (what) => this.#options.onIncomplete?.(server.id, method, what),
      );
    } catch (error) {
      const has = declaration === 'yes' || !(error instanceof UpstreamError) || !meansNoList.has(error.kind);
      if (!has) return nothing;
      if (!isUnsupported(kind, error)) throw error;
      const items: readonly Item[] = [];
      noteRejection(items, error);
      return { ...nothing, items };
    }
  }
}

const nothing: ItemList = { items: [], cut: false, partial: false };
/** Kinds of failure that mean a server has no such list. */
const meansNoList: ReadonlySet<UpstreamError['kind']> = new Set(['protocol', 'timeout', 'http_status']);
/** Timeout, in seconds, for a list that a server did not declare: some servers never answer unknown methods. */
const undeclaredPatienceS = 5;

function asUndeclared(timeouts: Server['timeouts']): Server['timeouts'] {
  return { ...timeouts, toolsListS: Math.min(timeouts.toolsListS, undeclaredPatienceS), retryOnTimeout: 0 };
}

/** The client whose memory a list counts against; none if the instance works for several, or for the gateway itself. */
function clientOf({ scope }: Server, { clientId, via }: Owner): string {
  return scope === 'shared' || via !== undefined ? '' : clientId;
}

function tooMuch({ id }: Server): UpstreamError {
  const message =
    `The lists of server "${id}" do not fit into the memory for lists of this client. ` +
    'Let its servers list less, or raise lmcp.memory_mib.';
  return new UpstreamError('overloaded', message);
}

function generationKey(kind: Kind, serverId: string): string {
  return `${kind} ${serverId}`;
}

function itemIn(
  { items, byId }: { readonly items: readonly Item[]; readonly byId: ReadonlyMap<unknown, Item> },
  wanted: Wanted,
): Item | undefined {
  return typeof wanted === 'string' ? byId.get(wanted) : items.find(wanted);
}

function indexed(kind: Kind, items: readonly Item[]): ReadonlyMap<unknown, Item> {
  const { id } = kinds[kind];
  return new Map(items.map((item) => [item[id], item]));
}
