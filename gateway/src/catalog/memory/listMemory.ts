import { isDeepStrictEqual } from 'node:util';
import type { ByteBudget, HeldBytes } from '../../byteBudget.ts';
import type { Clock } from '../../clock.ts';
import type { Logger } from '../../logger.ts';
import type { Server } from '../../registry/types.ts';
import type { Owner } from '../../upstream/types.ts';
import type { Item, Kind } from '../items.ts';
import { rejectionOf } from '../unsupportedList.ts';
import { memoryFolder, readMemory, removeServer, writeServer } from './memoryFile.ts';
import { definitionDigest, ownerKey, readerOf, variantKey } from './memoryKey.ts';
import type { Described, Remembered, RememberedList, RememberedServer } from './remembered.ts';
import { rememberedBytes } from './rememberedBytes.ts';

/** Maximum kinds of clients per server (or per client, if each has its own lists); the one read longest ago is dropped. */
const maxVariants = 8;
/** Maximum in total: those of removed clients stay until then. */
const maxOfServer = 256;
/** Debounce of writes, in milliseconds. */
const settleMs = 200;

/** The reader of lists: a kind of client, or one client of that kind if each has its own lists (otherwise the id is empty). */
export interface Reader extends Pick<Owner, 'clientId' | 'capabilities' | 'era'> {
  /** Whether its list differs from that of others. */
  readonly apart: boolean;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
}

export interface ListMemoryOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Counts the remembered lists. */
  readonly held: ByteBudget;
  /** The owner as announced to the server; by default unchanged. */
  readonly announced?: (server: Server, owner: Owner) => Owner;
}

/**
 * The last complete lists and the `initialize` result of each server, in memory and in a folder beside the registry, so that they
 * survive a restart. A server whose definition changed is forgotten.
 */
export class ListMemory {
  readonly #folder: string;
  readonly #options: ListMemoryOptions;
  readonly #servers = new Map<string, RememberedServer>();
  readonly #held = new Map<string, HeldBytes>();
  /** Servers that are not remembered for lack of memory. */
  readonly #tooMuch = new Set<string>();
  readonly #unsaved = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #queue: Promise<void> = Promise.resolve();

  private constructor(folder: string, options: ListMemoryOptions) {
    this.#folder = folder;
    this.#options = options;
  }

  static async open(registryPath: string, options: ListMemoryOptions): Promise<ListMemory> {
    const folder = await memoryFolder(registryPath);
    const servers = await readMemory(folder, (path, why) =>
      options.logger.warn(
        `${path} cannot be used (${why}): the lists that it held are requested from the servers again`,
      ),
    );
    const memory = new ListMemory(folder, options);
    for (const [id, server] of servers) memory.#keep(id, server);
    return memory;
  }

  /** The list remembered for this owner: that of the same kind of client, otherwise the newest of others. */
  find(server: Server, owner: Owner): Remembered | undefined {
    const known = this.#known(server)?.variants;
    if (known === undefined) return undefined;
    const key = this.#key(server, owner);
    const own = `${ownerKey(server, owner)} `;
    return known.find((one) => one.key === key) ?? known.findLast((one) => one.key.startsWith(own));
  }

  /** The list read last, for any owner; for status and management. */
  newest(server: Server): Remembered | undefined {
    return this.#known(server)?.variants.at(-1);
  }

  /** The readers of a server's lists, and when the oldest list of each was read. */
  readers(server: Server): Reader[] {
    return (this.#known(server)?.variants ?? []).map(({ key, lists }) => ({
      ...readerOf(key),
      apart: [...lists.values()].some(({ apart }) => apart === true),
      at: Math.min(...[...lists.values()].map(({ at }) => at)),
    }));
  }

  /** Stores a complete list. @returns whether it differs from the list that this owner would have got before */
  learn(
    server: Server,
    owner: Owner,
    described: Described,
    kind: Kind,
    items: readonly Item[],
  ): { readonly changed: boolean } {
    const shown = this.find(server, owner)?.lists.get(kind);
    const key = this.#key(server, owner);
    const { variants } = this.#known(server) ?? { variants: [] };
    const changed = !isDeepStrictEqual(shown?.items, items);
    const apart = shown?.apart === true || (changed && isDeepStrictEqual(shown?.before, items));
    const list: RememberedList = {
      // The identical array signals to its readers that nothing has changed.
      items: changed || shown === undefined || !sameRejection(shown.items, items) ? items : shown.items,
      at: this.#options.clock.now(),
      ...(apart && { apart }),
    };
    const { era, initializeResult } = described;
    const lists = new Map(this.find(server, owner)?.lists);
    const next = { key, described: { era, initializeResult }, lists: lists.set(kind, list) };
    const own = `${ownerKey(server, owner)} `;
    const others = bounded(
      variants.filter((one) => one.key !== key),
      own,
    ).map((one) =>
      changed && !apart && one.key.startsWith(own) ? withUpdated(one, kind, shown, list) : one,
    );
    this.#keep(server.id, { definition: definitionDigest(server), variants: [...others, next] });
    this.#saveLater(server.id);
    return { changed };
  }

  /** Called when a server left the registry: another may get its id. */
  forget(serverId: string): void {
    this.#tooMuch.delete(serverId);
    this.#held.get(serverId)?.[Symbol.dispose]();
    if (this.#servers.delete(serverId)) this.#saveLater(serverId);
  }

  /** Waits for pending writes. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    this.#save();
    await this.#queue;
  }

  #key(server: Server, owner: Owner): string {
    return variantKey(server, this.#options.announced?.(server, owner) ?? owner);
  }

  /** If memory is short, drops this server's lists read longest ago, and never those of another server. */
  #keep(serverId: string, server: RememberedServer): void {
    this.#held.get(serverId)?.[Symbol.dispose]();
    const held = this.#options.held.open({ kind: 'remembered', id: serverId });
    this.#held.set(serverId, held);
    for (let { variants } = server; variants.length > 0; variants = variants.slice(1)) {
      const kept = { ...server, variants };
      if (held.add(rememberedBytes(kept)) !== undefined) continue;
      this.#servers.set(serverId, kept);
      this.#tooMuch.delete(serverId);
      return;
    }
    this.#servers.delete(serverId);
    if (this.#tooMuch.has(serverId)) return;
    this.#tooMuch.add(serverId);
    this.#options.logger.warn(
      `server "${serverId}" lists more than there is memory to remember: it is started whenever its lists are wanted. ` +
        'Raise lmcp.memory_mib, or lower lmcp.list_max_mib',
    );
  }

  #known(server: Server): RememberedServer | undefined {
    const known = this.#servers.get(server.id);
    return known?.definition === definitionDigest(server) ? known : undefined;
  }

  #saveLater(serverId: string): void {
    this.#unsaved.add(serverId);
    this.#timer ??= setTimeout(() => this.#save(), settleMs).unref();
  }

  #save(): void {
    this.#timer = undefined;
    for (const serverId of this.#unsaved) this.#queue = this.#queue.then(() => this.#write(serverId));
    this.#unsaved.clear();
  }

  async #write(serverId: string): Promise<void> {
    const known = this.#servers.get(serverId);
    try {
      if (known === undefined) await removeServer(this.#folder, serverId);
      else await writeServer(this.#folder, serverId, known);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
      this.#options.logger.warn(
        `${this.#folder} cannot be written (${code}): the lists of server "${serverId}" are forgotten when LMCP stops`,
      );
    }
  }
}

function sameRejection(one: readonly Item[], other: readonly Item[]): boolean {
  return isDeepStrictEqual(rejectionOf(one)?.rpc, rejectionOf(other)?.rpc);
}

/** Drops lists of this owner until one more fits. */
function bounded(variants: readonly Remembered[], own: string): Remembered[] {
  const theirs = variants.filter(({ key }) => key.startsWith(own));
  const excess = new Set(theirs.slice(0, Math.max(0, theirs.length + 1 - maxVariants)));
  return variants.filter((one) => !excess.has(one)).slice(1 - maxOfServer);
}

/**
 * Assumes that clients of another kind that had the same list get the same new one: the server has changed. If that proves wrong
 * (`before` comes back), the list depends on the client's capabilities.
 */
function withUpdated(
  one: Remembered,
  kind: Kind,
  shown: RememberedList | undefined,
  now: RememberedList,
): Remembered {
  const list = one.lists.get(kind);
  if (list === undefined || list.apart === true || list.items !== shown?.items) return one;
  return { ...one, lists: new Map([...one.lists, [kind, { ...now, before: list.before ?? list.items }]]) };
}
