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

/** A caller with patience waits for slow servers as long as they take. */
export interface Patience {
  readonly patient?: boolean;
}

/** What a server offers is other than before: to the owner of an instance alone (`own`), or to all who get what is remembered. */
export type ListListener = (serverId: string, owner: Owner, kind: Kind, own: boolean) => void;

export interface CatalogOptions extends Omit<LiveListsOptions, 'onRead'> {
  readonly pool: UpstreamPool;
  readonly memory: ListMemory;
  /** A server as the registry has it now. */
  readonly server: (id: string) => Server | undefined;
  /** How long one slow server may hold up the list of all, in milliseconds. */
  readonly patienceMs: number;
  /** How many servers are started for their lists at the same time. */
  readonly startsAtOnce: number;
  /** An instance that starts for a call is asked for its lists first. */
  readonly refreshOnCall: () => boolean;
  /** How a listed tool compares with its approved definition. */
  readonly compare: (serverId: string, tool: Tool) => ListedDefinition;
  /** A server lists more than `maxListBytes`; `kept` items are offered. */
  readonly onCut: (serverId: string, kind: Kind, kept: number) => void;
  /** A server has been asked which tools it offers. */
  readonly onListed?: (serverId: string, tools: readonly Tool[]) => void;
}

/** How long a start for lists counts against the others, in milliseconds. */
const startCountsMs = 3_000;
const allKinds: readonly Kind[] = ['tools', 'prompts', 'resources', 'templates'];

/**
 * Which tools, prompts and resources there are. Lists come from memory, and are read from a server when nothing is remembered,
 * when an instance starts for a call, and when the server says that they changed.
 */
export class Catalog {
  readonly #options: CatalogOptions;
  readonly #listeners: ListListener[] = [];
  readonly #live: LiveLists;
  /** What was left out of lists that were too long. */
  readonly cut = new CutLists();
  readonly #gate: Gate;
  readonly #offers: Offers;
  /** By server, the tools that an instance listed last, also those of its own; for status and management. */
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

  /** For the life of the catalog. A listener must not throw. */
  subscribe(listener: ListListener): void {
    this.#listeners.push(listener);
  }

  /** The tools that a running instance of a server lists, approved or not; one is started where none runs. @throws UpstreamError */
  async tools(server: Server, owner: Owner): Promise<readonly Tool[]> {
    return (await this.items('tools', server, owner)) as readonly Tool[];
  }

  /** What the server's list says of the tool of this name; where pinned, compared with its approved definition. @throws UpstreamError */
  async definition(server: Server, owner: Owner, name: string): Promise<ToolDefinition> {
    return this.#definitionOf(server, await this.find('tools', server, owner, name));
  }

  /** As `definition`, without asking the server: undefined where it would have to be asked. */
  knownDefinition(server: Server, owner: Owner, name: string): ToolDefinition | undefined {
    const known = this.peek('tools', server, owner, name);
    return known === undefined ? undefined : this.#definitionOf(server, known.item);
  }

  /**
   * What a running instance lists of that name (or URI), or of that nature; one is started where none runs. What its list does not
   * have is asked for once more, where the list is not new. @throws UpstreamError
   */
  async find(kind: Kind, server: Server, owner: Owner, wanted: Wanted): Promise<Item | undefined> {
    const known = this.peek(kind, server, owner, wanted);
    if (known !== undefined) return known.item;
    const instance = await this.#options.pool.acquire(server, owner);
    return this.#live.find(kind, server, owner, instance, wanted);
  }

  /** As `find`, without asking the server: undefined where it would have to be asked. */
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

  /** What a running instance of a server lists; one is started where none runs. @throws UpstreamError */
  async items(kind: Kind, server: Server, owner: Owner): Promise<readonly Item[]> {
    const instance = await this.#options.pool.acquire(server, owner);
    return this.#live.items(kind, server, owner, instance);
  }

  /**
   * The tools of several servers; none fails or delays the others. One of which nothing is remembered is asked; where it is slow
   * it is left out and announced when it comes, unless the caller is patient.
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
    return Promise.all(servers.map((server) => this.#offers.offer(kind, server, owner, patient)));
  }

  /** What this owner would be shown without any server being asked. */
  known(kind: Kind, server: Server, owner: Owner): readonly Item[] | undefined {
    const { pool, memory } = this.#options;
    const running = pool.ready(server, owner);
    const live = running && this.#live.current(kind, server.id, running)?.read;
    if (live !== undefined || server.lists === 'fresh') return live;
    return memory.find(server, owner)?.lists.get(kind)?.items;
  }

  /** How a server introduced itself to this owner, where that is known. */
  described(server: Server, owner: Owner): Described | undefined {
    const { pool, memory } = this.#options;
    return pool.ready(server, owner) ?? memory.find(server, owner)?.described;
  }

  /** As `described`; a server that is not known yet is started. @throws UpstreamError */
  async describe(server: Server, owner: Owner): Promise<Described> {
    return (
      this.described(server, owner) ??
      this.#gate.run(owner.clientId, () => this.#options.pool.acquire(server, owner))
    );
  }

  /** An instance runs: it is asked for what it lists, so that what is remembered stays true. */
  started(instance: Instance, owner: Owner): void {
    const server = this.#options.server(instance.serverId);
    if (server === undefined || server.lists === 'fresh' || !this.#options.refreshOnCall()) return;
    this.#readAll(server, owner, instance);
  }

  /**
   * Reads all lists of a server again, for one owner after the other, from instances that run or else are started for it.
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

  /** A server said that its list changed: it is asked again, and each client that sees another list than before is notified. */
  changed(serverId: string, owner: Owner, kind: Kind): void {
    this.#live.invalidate(serverId, kind);
    const server = this.#options.server(serverId);
    if (server?.lists === 'fresh') this.#tell(serverId, owner, kind, true);
    const instance = server && this.#options.pool.ready(server, owner);
    if (server?.lists !== 'remembered' || instance === undefined) return;
    this.#live.items(kind, server, owner, instance).catch(() => undefined);
  }

  /** What running instances listed is read again when it is next wanted. */
  invalidate(serverId: string, kind: Kind = 'tools'): void {
    this.#live.invalidate(serverId, kind);
  }

  /** The tools that a server offered when last asked; null when it was not. */
  lastKnown(serverId: string): readonly Tool[] | null {
    const server = this.#options.server(serverId);
    if (server === undefined) return null;
    const read = this.#lastRead.get(serverId);
    if (read?.definition === definitionDigest(server)) return read.tools;
    const remembered = this.#options.memory.newest(server)?.lists.get('tools');
    return (remembered?.items as readonly Tool[] | undefined) ?? null;
  }

  /** When the tools of a server were last read, in milliseconds since the Unix epoch; null when they never were. */
  listedAt(serverId: string): number | null {
    const server = this.#options.server(serverId);
    return (server && this.#options.memory.newest(server)?.lists.get('tools')?.at) ?? null;
  }

  /** A server is no longer in the registry: another may get its name. */
  forget(serverId: string): void {
    this.#options.memory.forget(serverId);
    this.#lastRead.delete(serverId);
    this.retry(serverId);
  }

  /** Its entry has changed, or a person wants it to be tried: what failed before no longer counts. */
  retry(serverId: string): void {
    this.#offers.retry(serverId);
  }

  /** How many tools a server offered when last asked; null when it was not. */
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
    // Only what is complete is remembered.
    if (partial) return;
    if (!own) {
      const { changed } = memory.learn(server, owner, instance, kind, items);
      this.#offers.succeeded(kind, server, owner);
      if (changed && server.lists === 'remembered') this.#tell(server.id, owner, kind, false);
      return;
    }
    if (server.lists === 'fresh') return;
    this.#tell(server.id, owner, kind, true);
    // A client that was shown the instance's own list sees the remembered one again.
    void instance.ended.then(() => this.#tell(server.id, owner, kind, true));
  }
}
