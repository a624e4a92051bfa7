import type { Server } from '../registry/types.ts';
import type { Instance, Owner, UpstreamPool } from '../upstream/types.ts';
import { CutLists } from './cutLists.ts';
import { Gate } from './gate.ts';
import { kinds, type Item, type Kind } from './items.ts';
import { LiveLists, type LiveListsOptions, type Wanted } from './liveLists.ts';
import type { ListMemory } from './memory/listMemory.ts';
import { definitionDigest } from './memory/memoryKey.ts';
import type { Described } from './memory/remembered.ts';
import { Offers, type Offer } from './offers.ts';
import type { ListedDefinition, Tool, ToolDefinition } from './tools.ts';

/** A patient caller waits for slow servers without a limit. */
export interface Patience {
  readonly patient?: boolean;
}

/** Called when a server's list changed: for the owner of an instance only (`own`), or for all that use the remembered list. */
export type ListListener = (serverId: string, owner: Owner, kind: Kind, own: boolean) => void;

export interface CatalogOptions extends Omit<LiveListsOptions, 'onRead'> {
  readonly pool: UpstreamPool;
  readonly memory: ListMemory;
  /** The server's current registry entry. */
  readonly server: (id: string) => Server | undefined;
  /** Maximum wait of a combined list for one slow server, in milliseconds. */
  readonly patienceMs: number;
  /** Maximum number of servers started for their lists concurrently. */
  readonly startsAtOnce: number;
  /** Whether an instance that starts for a call is asked for its lists first. */
  readonly refreshOnCall: () => boolean;
  /** How a listed tool compares with its approved definition. */
  readonly compare: (serverId: string, tool: Tool) => ListedDefinition;
  /** A server lists more than `maxListBytes`; `kept` items are offered. */
  readonly onCut: (serverId: string, kind: Kind, kept: number) => void;
  /** A server has been asked which tools it offers. */
  readonly onListed?: (serverId: string, tools: readonly Tool[]) => void;
}

/** How long a start for lists counts against the maximum of concurrent starts, in milliseconds. */
const startCountsMs = 3_000;
const allKinds: readonly Kind[] = ['tools', 'prompts', 'resources', 'templates'];

/**
 * The tools, prompts and resources of all servers. Lists come from memory, and are read from a server if none is remembered, when
 * an instance starts for a call, and when the server announces a change.
 */
export class Catalog {
  readonly #options: CatalogOptions;
  readonly #listeners: ListListener[] = [];
  readonly #live: LiveLists;
  /** Lists that were cut because they were too long. */
  readonly cut = new CutLists();
  readonly #gate: Gate;
  readonly #offers: Offers;
  /** By server, the tools last listed by any instance, including lists valid only for it; for status and management. */
  readonly #lastRead = new Map<string, { readonly tools: readonly Tool[]; readonly definition: string }>();

  constructor(options: CatalogOptions) {
    this.#options = options;
    this.#live = new LiveLists({ ...options, onRead: (read) => this.#read(read) });
    this.#gate = new Gate(options.startsAtOnce, startCountsMs);
    this.#offers = new Offers({
      ...options,
      live: this.#live,
      gate: this.#gate,
      known: (...of) => this.known(...of),
      changed: (server, owner, kind) => this.#tell(server.id, owner, kind, true),
    });
  }

  /** Subscribes for the lifetime of the catalog. A listener must not throw. */
  subscribe(listener: ListListener): void {
    this.#listeners.push(listener);
  }

  /** The tools that a server lists, approved or not; starts an instance if none runs. @throws UpstreamError */
  async tools(server: Server, owner: Owner): Promise<readonly Tool[]> {
    return (await this.items('tools', server, owner)) as readonly Tool[];
  }

  /** The listed definition of a tool; if pinned, compared with its approved one. @throws UpstreamError */
  async definition(server: Server, owner: Owner, name: string): Promise<ToolDefinition> {
    return this.#definitionOf(server, await this.find('tools', server, owner, name));
  }

  /** Like `definition`, without asking the server: returns undefined if it would have to be asked. */
  knownDefinition(server: Server, owner: Owner, name: string): ToolDefinition | undefined {
    const known = this.peek('tools', server, owner, name);
    return known === undefined ? undefined : this.#definitionOf(server, known.item);
  }

  /**
   * Finds an item in the list of a running instance; starts one if none runs. If the item is missing and the list is not new, the
   * list is requested again. @throws UpstreamError
   */
  async find(kind: Kind, server: Server, owner: Owner, wanted: Wanted): Promise<Item | undefined> {
    const known = this.peek(kind, server, owner, wanted);
    if (known !== undefined) return known.item;
    const instance = await this.#options.pool.acquire(server, owner);
    return this.#live.find(kind, server, owner, instance, wanted);
  }

  /** Like `find`, without asking the server: returns undefined if it would have to be asked. */
  peek(
    kind: Kind,
    server: Server,
    owner: Owner,
    wanted: Wanted,
  ): { readonly item: Item | undefined } | undefined {
    const { pool, memory, refreshOnCall } = this.#options;
    const instance = pool.ready(server, owner);
    const live = instance && this.#live.peek(kind, server.id, instance, wanted);
    if (live !== undefined || refreshOnCall() || server.lists === 'fresh') return live;
    const items = memory.find(server, owner)?.lists.get(kind)?.items;
    const is = typeof wanted === 'string' ? (one: Item) => one[kinds[kind].id] === wanted : wanted;
    const item = items?.find(is);
    return item && { item };
  }

  /** How a listed tool compares with its approved definition. */
  compare(server: Server, tool: Tool): ListedDefinition {
    return this.#options.compare(server.id, tool);
  }

  /** The list of a running instance; starts one if none runs. @throws UpstreamError */
  async items(kind: Kind, server: Server, owner: Owner): Promise<readonly Item[]> {
    const instance = await this.#options.pool.acquire(server, owner);
    return this.#live.items(kind, server, owner, instance);
  }

  /**
   * The tools of several servers; none fails or delays the others. A server without a remembered list is asked; if it is slow, it
   * is left out and announced when its list arrives, unless the caller is patient.
   */
  async offers(servers: readonly Server[], owner: Owner, patience: Patience = {}): Promise<Offer[]> {
    return (await this.offersOf('tools', servers, owner, patience)) as Offer[];
  }

  /** Like `offers`, for any kind. */
  async offersOf(
    kind: Kind,
    servers: readonly Server[],
    owner: Owner,
    { patient = false }: Patience = {},
  ): Promise<Offer<Item>[]> {
    return Promise.all(servers.map((server) => this.#offers.offer(kind, server, owner, patient)));
  }

  /** The list known for this owner, without asking a server. */
  known(kind: Kind, server: Server, owner: Owner): readonly Item[] | undefined {
    const { pool, memory } = this.#options;
    const running = pool.ready(server, owner);
    const live = running && this.#live.current(kind, server.id, running)?.read;
    if (live !== undefined || server.lists === 'fresh') return live;
    return memory.find(server, owner)?.lists.get(kind)?.items;
  }

  /** The server's `initialize` result for this owner, if known. */
  described(server: Server, owner: Owner): Described | undefined {
    const { pool, memory } = this.#options;
    return pool.ready(server, owner) ?? memory.find(server, owner)?.described;
  }

  /** Like `described`; starts a server that is not known yet. @throws UpstreamError */
  async describe(server: Server, owner: Owner): Promise<Described> {
    return (
      this.described(server, owner) ??
      this.#gate.run(owner.clientId, () => this.#options.pool.acquire(server, owner))
    );
  }

  /** Called when an instance runs: requests its lists to update the remembered ones. */
  started(instance: Instance, owner: Owner): void {
    const server = this.#options.server(instance.serverId);
    if (server === undefined || server.lists === 'fresh' || !this.#options.refreshOnCall()) return;
    this.#readAll(server, owner, instance);
  }

  /**
   * Rereads all lists of a server, for one owner after the other, from running instances or ones started for it.
   * @throws UpstreamError the first failure, after all were tried
   */
  async refresh(server: Server, owners: readonly Owner[]): Promise<void> {
    for (const kind of allKinds) this.#live.invalidate(server.id, kind);
    const failures: unknown[] = [];
    for (const owner of owners)
      await this.#refreshFor(server, owner).catch((error: unknown) => failures.push(error));
    if (failures.length > 0) throw failures[0];
  }

  async #refreshFor(server: Server, owner: Owner): Promise<void> {
    const instance = await this.#gate.run(owner.clientId, () => this.#options.pool.acquire(server, owner));
    await Promise.all(allKinds.map((kind) => this.#live.items(kind, server, owner, instance)));
  }

  /** Called when a server announced a changed list: requests it again, and notifies clients whose list differs. */
  changed(serverId: string, owner: Owner, kind: Kind): void {
    this.#live.invalidate(serverId, kind);
    const server = this.#options.server(serverId);
    if (server?.lists === 'fresh') this.#tell(serverId, owner, kind, true);
    const instance = server && this.#options.pool.ready(server, owner);
    if (server?.lists !== 'remembered' || instance === undefined) return;
    this.#live.items(kind, server, owner, instance).catch(() => undefined);
  }

  /** Marks the lists of running instances stale: each is reread on its next use. */
  invalidate(serverId: string, kind: Kind = 'tools'): void {
    this.#live.invalidate(serverId, kind);
  }

  /** The tools that a server last listed; null if it was never asked. */
  lastKnown(serverId: string): readonly Tool[] | null {
    const server = this.#options.server(serverId);
    if (server === undefined) return null;
    const read = this.#lastRead.get(serverId);
    if (read?.definition === definitionDigest(server)) return read.tools;
    const remembered = this.#options.memory.newest(server)?.lists.get('tools');
    return (remembered?.items as readonly Tool[] | undefined) ?? null;
  }

  /** When the tools of a server were last read, in milliseconds since the Unix epoch; null if they never were. */
  listedAt(serverId: string): number | null {
    const server = this.#options.server(serverId);
    return (server && this.#options.memory.newest(server)?.lists.get('tools')?.at) ?? null;
  }

  /** Called when a server left the registry: another may get its id. */
  forget(serverId: string): void {
    this.#options.memory.forget(serverId);
    this.#lastRead.delete(serverId);
    this.retry(serverId);
  }

  /** Called when a server's entry changed or a person requests a retry: forgets earlier failures. */
  retry(serverId: string): void {
    this.#offers.retry(serverId);
  }

  /** The number of tools that a server last listed; null if it was never asked. */
  toolCount(serverId: string): number | null {
    return this.lastKnown(serverId)?.length ?? null;
  }

  close(): void {
    this.#offers.close();
  }

  #tell(...change: Parameters<ListListener>): void {
    for (const listener of this.#listeners) listener(...change);
  }

  #definitionOf(server: Server, item: Item | undefined): ToolDefinition {
    if (item === undefined) return 'unlisted';
    return server.pinTools ? this.compare(server, item as Tool) : 'listed';
  }

  #readAll(server: Server, owner: Owner, instance: Instance): void {
    for (const kind of allKinds) this.#live.items(kind, server, owner, instance).catch(() => undefined);
  }

  #read({
    server,
    owner,
    instance,
    kind,
    items,
    own,
    partial,
    cut,
  }: Parameters<LiveListsOptions['onRead']>[0]): void {
    const { memory, onListed, onCut } = this.#options;
    this.cut.learn(server.id, kind, cut);
    if (cut) onCut(server.id, kind, items.length);
    if (kind === 'tools') {
      const tools = items as readonly Tool[];
      this.#lastRead.set(server.id, { tools, definition: definitionDigest(server) });
      onListed?.(server.id, tools);
    }
    // Only complete lists are remembered.
    if (partial) return;
    if (!own) {
      const { changed } = memory.learn(server, owner, instance, kind, items);
      this.#offers.succeeded(kind, server, owner);
      if (changed && server.lists === 'remembered') this.#tell(server.id, owner, kind, false);
      return;
    }
    if (server.lists === 'fresh') return;
    this.#tell(server.id, owner, kind, true);
    // A client that had the instance's own list gets the remembered one again.
    void instance.ended.then(() => this.#tell(server.id, owner, kind, true));
  }
}
