import { UpstreamError } from '../errors.ts';
import { inTime } from '../inTime.ts';
import type { Server } from '../registry/types.ts';
import type { Owner, UpstreamPool } from '../upstream/types.ts';
import type { Gate } from './gate.ts';
import type { Item, Kind } from './items.ts';
import { ListBackoff } from './listBackoff.ts';
import type { LiveLists } from './liveLists.ts';
import { ownerKey } from './memory/memoryKey.ts';
import type { Tool } from './tools.ts';

/** The items of one server, or why they are unknown. */
export type Offer<I extends Item = Tool> =
  | { readonly server: Server; readonly ok: true; readonly items: readonly I[] }
  /** Without an error, the server exceeded the list's maximum wait; its items are announced when they arrive. */
  | { readonly server: Server; readonly ok: false; readonly error: UpstreamError | undefined };

export interface OffersOptions {
  readonly pool: UpstreamPool;
  readonly live: LiveLists;
  readonly gate: Gate;
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
  /** Maximum wait of a combined list for one slow server, in milliseconds. */
  readonly patienceMs: number;
  /** The server's current registry entry. */
  readonly server: (id: string) => Server | undefined;
  /** The list known for an owner, without asking a server. */
  readonly known: (kind: Kind, server: Server, owner: Owner) => readonly Item[] | undefined;
  /** Called when a list that is never remembered arrived too late to be returned. */
  readonly changed: (server: Server, owner: Owner, kind: Kind) => void;
}

/**
 * The items of several servers for a combined list. An unknown list is read once for all callers that wait for it, up to the
 * maximum wait; one that could not be read is retried later.
 */
export class Offers {
  readonly #options: OffersOptions;
  readonly #backoff: ListBackoff;
  /** Lists being read for the first time, shared by all callers that wait for them. */
  readonly #flights = new Map<string, Promise<readonly Item[]>>();
  /** Of these, those that exceeded the maximum wait once: no further list waits for them. */
  readonly #late = new Set<string>();

  constructor(options: OffersOptions) {
    this.#options = options;
    this.#backoff = new ListBackoff(options.now);
  }

  /** Called when a list was read and remembered. */
  succeeded(kind: Kind, server: Server, owner: Owner): void {
    this.#backoff.succeeded(flightKey(kind, server, owner));
  }

  /** Forgets earlier failures. */
  retry(serverId: string): void {
    this.#backoff.forget(`${serverId} `);
  }

  close(): void {
    this.#backoff.close();
  }

  /** The items of a server; a slow server is left out, unless the caller is patient. */
  async offer(kind: Kind, server: Server, owner: Owner, patient: boolean): Promise<Offer<Item>> {
    if (server.lists === 'fresh') {
      this.#askAgain(kind, server, owner);
      return this.#inTime(kind, server, owner, patient, () => this.#items(kind, server, owner));
    }
    const running = this.#options.pool.ready(server, owner);
    const live = running && this.#options.live.current(kind, server.id, running);
    const rereading = live
      ? live.read === undefined && !live.first
      : running && this.#options.live.wasAsked(kind, running);
    const items = this.#options.known(kind, server, owner);
    if (rereading && running) {
      const read = (): Promise<readonly Item[]> => this.#options.live.items(kind, server, owner, running);
      const offer = await this.#inTime(kind, server, owner, patient, read);
      return offer.ok || items === undefined ? offer : { server, ok: true, items };
    }
    if (items !== undefined) return { server, ok: true, items };
    const key = flightKey(kind, server, owner);
    const held = this.#backoff.holds(key);
    if (held !== undefined) return { server, ok: false, error: held };
    if (!patient && this.#late.has(key)) return { server, ok: false, error: undefined };
    return this.#inTime(kind, server, owner, patient, () => this.#first(kind, server, owner));
  }

  /** Ignores lists that an instance has returned already, but not requests in flight. */
  #askAgain(kind: Kind, server: Server, owner: Owner): void {
    const running = this.#options.pool.ready(server, owner);
    const current = running && this.#options.live.current(kind, server.id, running);
    if (current?.read !== undefined) this.#options.live.invalidate(server.id, kind);
  }

  /** Reads a list that is not remembered, once for all callers that wait for it. */
  async #first(kind: Kind, server: Server, owner: Owner): Promise<readonly Item[]> {
    const key = flightKey(kind, server, owner);
    const flight = this.#flights.get(key) ?? this.#fly(key, kind, server, owner);
    const items = await flight;
    return this.#options.known(kind, server, owner) ?? items;
  }

  #fly(key: string, kind: Kind, server: Server, owner: Owner): Promise<readonly Item[]> {
    const flight = this.#options.gate
      .run(owner.clientId, () => this.#options.pool.acquire(server, owner))
      .then((instance) => this.#options.live.items(kind, server, owner, instance))
      .finally(() => {
        this.#flights.delete(key);
        this.#late.delete(key);
      });
    this.#flights.set(key, flight);
    flight.then(
      () => this.#backoff.succeeded(key),
      (error: unknown) =>
        this.#backoff.failed(key, asUpstreamError(error), () => this.#tryAgain(kind, server, owner)),
    );
    return flight;
  }

  #tryAgain(kind: Kind, before: Server, owner: Owner): void {
    const server = this.#options.server(before.id);
    if (server === undefined || this.#options.known(kind, server, owner) !== undefined) return;
    this.#first(kind, server, owner).catch(() => undefined);
  }

  async #inTime(
    kind: Kind,
    server: Server,
    owner: Owner,
    patient: boolean,
    read: () => Promise<readonly Item[]>,
  ): Promise<Offer<Item>> {
    const list = read().then(
      (items): Offer<Item> => ({ server, ok: true, items }),
      (error: unknown): Offer<Item> => ({ server, ok: false, error: asUpstreamError(error) }),
    );
    if (patient) return list;
    const offer = await inTime(list, this.#options.patienceMs);
    if (offer !== undefined) return offer;
    const key = flightKey(kind, server, owner);
    if (this.#flights.has(key)) this.#late.add(key);
    // A list that is remembered is announced elsewhere; one that never is, here.
    if (server.lists === 'fresh')
      void list.then(({ ok }) => ok && this.#options.changed(server, owner, kind));
    return { server, ok: false, error: undefined };
  }

  async #items(kind: Kind, server: Server, owner: Owner): Promise<readonly Item[]> {
    const instance = await this.#options.pool.acquire(server, owner);
    return this.#options.live.items(kind, server, owner, instance);
  }
}

function flightKey(kind: Kind, server: Server, owner: Owner): string {
  return `${server.id} ${ownerKey(server, owner)} ${kind}`;
}

function asUpstreamError(error: unknown): UpstreamError {
  return error instanceof UpstreamError
    ? error
    : new UpstreamError('protocol', 'the server could not be asked');
}
