import { isDeepStrictEqual } from 'node:util';
import type { ByteBudget, HeldBytes } from '../../byteBudget.ts';
import type { Clock } from '../../clock.ts';
import type { Logger } from '../../logger.ts';
import type { Server } from '../../registry/types.ts';
import type { Owner } from '../../upstream/types.ts';
import type { Item, Kind } from '../items.ts';
import { memoryFolder, readMemory, removeServer, writeServer } from './memoryFile.ts';
import { definitionDigest, ownerKey, readerOf, variantKey } from './memoryKey.ts';
import type { Described, Remembered, RememberedList, RememberedServer } from './remembered.ts';
import { rememberedBytes } from './rememberedBytes.ts';

/** How many kinds of clients are kept apart for one server, or for one client where each has its own lists; the one read longest ago is dropped. */
const maxVariants = 8;
/** How many in all: those of clients that are gone stay until then. */
const maxOfServer = 256;
/** Milliseconds that a change waits for others before it is written. */
const settleMs = 200;

/** For whom lists were read: a kind of client, or one of that kind where each has its own (else the id is empty). */
export interface Reader extends Pick<Owner, 'clientId' | 'capabilities' | 'era'> {
  /** It is given something else than others. */
  readonly apart: boolean;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
}

export interface ListMemoryOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** What is remembered is counted in it. */
  readonly held: ByteBudget;
  /** The owner as the server knows it; as given when left out. */
  readonly announced?: (server: Server, owner: Owner) => Owner;
}

/**
 * The last complete lists of each server and how it introduced itself, in memory and in a folder beside the registry, so that
 * they outlive the gateway. A server whose definition is another one is forgotten.
 */
export class ListMemory {
  readonly #folder: string;
  readonly #options: ListMemoryOptions;
  readonly #servers = new Map<string, RememberedServer>();
  readonly #held = new Map<string, HeldBytes>();
  /** Servers of which nothing is remembered for want of room. */
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
        `${path} can not be used (${why}): what it remembered is asked of the servers again`,
      ),
    );
    const memory = new ListMemory(folder, options);
    for (const [id, server] of servers) memory.#keep(id, server);
    return memory;
  }

  /** What is remembered for this owner: what was read for the same kind of client, else the newest of what others got. */
  find(server: Server, owner: Owner): Remembered | undefined {
    const known = this.#known(server)?.variants;
    if (known === undefined) return undefined;
    const key = this.#key(server, owner);
    const own = `${ownerKey(server, owner)} `;
    return known.find((one) => one.key === key) ?? known.findLast((one) => one.key.startsWith(own));
  }

  /** What was read last, for whomever; for status and management. */
  newest(server: Server): Remembered | undefined {
    return this.#known(server)?.variants.at(-1);
  }

  /** Whose lists are kept of a server, and when the oldest of each was read. */
  readers(server: Server): Reader[] {
    return (this.#known(server)?.variants ?? []).map(({ key, lists }) => ({
      ...readerOf(key),
      apart: [...lists.values()].some(({ apart }) => apart === true),
      at: Math.min(...[...lists.values()].map(({ at }) => at)),
    }));
  }

  /** Keeps a list that was read to its end. @returns whether it differs from what this owner would have been shown before */
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
      // The same array as before shows its readers that nothing has changed.
      items: changed || shown === undefined ? items : shown.items,
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

  /** A server has left the registry: another may get its name. */
  forget(serverId: string): void {
    this.#tooMuch.delete(serverId);
    this.#held.get(serverId)?.[Symbol.dispose]();
    if (this.#servers.delete(serverId)) this.#saveLater(serverId);
  }

  /** Waits for what is being written. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    this.#save();
    await this.#queue;
  }

  #key(server: Server, owner: Owner): string {
    return variantKey(server, this.#options.announced?.(server, owner) ?? owner);
  }

  /** What was read longest ago goes first where there is no room for all of it; nothing of another server goes for it. */
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
        `${this.#folder} can not be written (${code}): the lists of server "${serverId}" are forgotten when LMCP stops`,
      );
    }
  }
}

/** Leaves room for one more of this owner. */
function bounded(variants: readonly Remembered[], own: string): Remembered[] {
  const theirs = variants.filter(({ key }) => key.startsWith(own));
  const excess = new Set(theirs.slice(0, Math.max(0, theirs.length + 1 - maxVariants)));
  return variants.filter((one) => !excess.has(one)).slice(1 - maxOfServer);
}

/**
 * Clients of another kind that were given the same are taken to be given the same now: the server has changed. Where that proves
 * wrong (`before` comes back), what a client can do makes a difference.
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
