import type { ClientMemory, HeldBytes } from '../../byteBudget.ts';
import type { GivenResources } from '../../catalog/resources/givenResources.ts';
import { exposedUri } from '../../catalog/resources/resourceUris.ts';
import { UpstreamError } from '../../errors.ts';
import { mayTakePlace, placesOfOne } from '../../places.ts';
import type { Registry, Server } from '../../registry/types.ts';
import type { Instance, Owner, UpstreamAnswer, UpstreamPool } from '../../upstream/types.ts';
import { allWritten, whenWritten } from '../../upstream/rpc/writeLarge.ts';
import { notification } from '../jsonrpc/message.ts';

/** A subscriber of resource updates: a session, or the stream of a stateless client. */
export interface Listener {
  /** Equal for the same listener. */
  readonly key: object;
  readonly clientId: string;
  /** Whether it uses the resource URIs of `/mcp`. */
  readonly all: boolean;
  push(text: string): void;
  /** `_meta` of its notifications. */
  readonly meta?: Readonly<Record<string, unknown>>;
}

interface Entry {
  readonly serverId: string;
  readonly uri: string;
  readonly listener: Listener;
  readonly owner: Owner;
  /** Memory of the URI, here and in the server's instance. */
  readonly held: HeldBytes | undefined;
  /** Undefined after it ended, until another one runs for the same owner. */
  instance: Instance | undefined;
}

/** Subscriptions of all clients together. */
const maxEntries = 4_000;
/** Milliseconds before a crashed server is restarted for its listeners; doubles up to the maximum. */
const [firstWait, maxWait] = [600, 60_000];

/**
 * Subscriptions to resources. Updates reach only listeners among the clients that the instance works for. A crashed server is
 * restarted for its listeners; one that ended for another reason gets their subscriptions at its next start.
 */
export class ResourceListeners {
  readonly #pool: UpstreamPool;
  readonly #registry: () => Registry;
  readonly #given: GivenResources;
  readonly #memory: ClientMemory | undefined;
  readonly #entries = new Map<object, Map<string, Entry>>();
  /** Listeners that are gone, also while something is still being added for them. */
  readonly #released = new WeakSet<object>();
  readonly #watched = new WeakSet<Instance>();
  /** Subscriptions whose server has not answered yet, by client. They have a place already. */
  readonly #adding = new Map<string, number>();

  /** @param memory counts the subscribed URIs */
  constructor(pool: UpstreamPool, registry: () => Registry, given: GivenResources, memory?: ClientMemory) {
    this.#memory = memory;
    this.#pool = pool;
    this.#registry = registry;
    this.#given = given;
  }

  /** Subscribes the listener. Returns the server's rejection, or undefined on success. */
  async add(
    server: Server,
    owner: Owner,
    uri: string,
    listener: Listener,
  ): Promise<UpstreamAnswer | UpstreamError | undefined> {
    const key = `${server.id} ${uri}`;
    const entry = (): Entry | undefined => this.#entries.get(listener.key)?.get(key);
    if (entry()?.instance !== undefined) return undefined;
    if (entry() === undefined && !this.#hasRoom(listener))
      return new UpstreamError(
        'overloaded',
        `no more than ${placesOfOne(maxEntries)} resources can be listened to by one client, and ${maxEntries} by all`,
      );
    using held = this.#memory?.budget.open({ kind: 'client', id: listener.clientId });
    const exhausted = held?.add(2 * Buffer.byteLength(uri));
    if (exhausted !== undefined) {
      this.#memory?.full(listener.clientId, exhausted, 'a resource that is listened to');
      return new UpstreamError('overloaded', 'the memory for this client is used up: listen to less');
    }
    this.#reserve(listener);
    try {
      const instance = await this.#pool.acquire(server, owner);
      // The instance's start may have renewed it already.
      if (entry()?.instance !== undefined) return undefined;
      const rejection = await instance.subscriptions.add(uri);
      if (rejection !== undefined) return rejection;
      if (this.#released.has(listener.key) || entry()?.instance !== undefined) {
        await instance.subscriptions.remove(uri);
        return undefined;
      }
      this.#put(key, { serverId: server.id, uri, listener, owner, instance, held: held?.move() });
      this.#watch(instance);
      return undefined;
    } catch (error) {
      if (error instanceof UpstreamError) return error;
      throw error;
    } finally {
      this.#release(listener);
    }
  }

  /** Called when an instance runs: renews its predecessor's subscriptions and notifies listeners, who may have missed updates. */
  started(instance: Instance, owner: Owner): void {
    for (const entry of this.#lost(instance.serverId, owner)) void this.#renew(entry, instance);
  }

  async remove(serverId: string, uri: string, listener: Listener): Promise<void> {
    const own = this.#entries.get(listener.key);
    const entry = own?.get(`${serverId} ${uri}`);
    if (!own || !entry) return;
    own.delete(`${serverId} ${uri}`);
    entry.held?.[Symbol.dispose]();
    if (own.size === 0) this.#entries.delete(listener.key);
    await entry.instance?.subscriptions.remove(uri);
  }

  /** Called when a session or stream has ended. */
  release(key: object): void {
    const own = this.#entries.get(key);
    this.#entries.delete(key);
    this.#released.add(key);
    for (const { instance, uri, held } of own?.values() ?? []) {
      held?.[Symbol.dispose]();
      void instance?.subscriptions.remove(uri);
    }
  }

  /** Subscriptions are never idle, so none is evicted for another. */
  #hasRoom({ clientId }: Listener): boolean {
    let taken = 0;
    let own = this.#adding.get(clientId) ?? 0;
    for (const count of this.#adding.values()) taken += count;
    for (const { listener } of this.#all()) {
      taken++;
      if (listener.clientId === clientId) own++;
    }
    return mayTakePlace({ total: maxEntries, taken, own });
  }

  #reserve({ clientId }: Listener): void {
    this.#adding.set(clientId, (this.#adding.get(clientId) ?? 0) + 1);
  }

  #release({ clientId }: Listener): void {
    const left = (this.#adding.get(clientId) ?? 0) - 1;
    if (left > 0) this.#adding.set(clientId, left);
    else this.#adding.delete(clientId);
  }

  #put(key: string, entry: Entry): void {
    const own = this.#entries.get(entry.listener.key) ?? new Map<string, Entry>();
    own.get(key)?.held?.[Symbol.dispose]();
    own.set(key, entry);
    this.#entries.set(entry.listener.key, own);
  }

  #watch(instance: Instance): void {
    if (this.#watched.has(instance)) return;
    this.#watched.add(instance);
    void instance.ended.then(({ end }) => this.#ended(instance, end.expected));
  }

  #ended(instance: Instance, expected: boolean): void {
    const owners = new Set<Owner>();
    for (const entry of this.#all()) {
      if (entry.instance !== instance) continue;
      entry.instance = undefined;
      owners.add(entry.owner);
    }
    if (expected) return;
    for (const owner of owners) this.#startAgain(instance.serverId, owner, firstWait);
  }

  /** Retries until the server runs or has no listener left. */
  #startAgain(serverId: string, owner: Owner, wait: number): void {
    const tryIt = async (): Promise<void> => {
      const server = this.#registry().servers.get(serverId);
      const [entry] = this.#lost(serverId, owner);
      if (server === undefined || entry === undefined) return;
      try {
        this.started(await this.#pool.acquire(server, owner), owner);
      } catch (error) {
        if (error instanceof UpstreamError && error.kind === 'stopped') return;
        this.#startAgain(serverId, owner, Math.min(2 * wait, maxWait));
      }
    };
    setTimeout(() => void tryIt(), wait).unref();
  }

  async #renew(entry: Entry, instance: Instance): Promise<void> {
    const { serverId, uri, listener } = entry;
    entry.instance = instance;
    this.#watch(instance);
    // A resource it rejects was lost with its predecessor. If the request crashes it, `#ended` handles that.
    const rejection = await instance.subscriptions.add(uri).catch((error: unknown) => ({ error }));
    if (rejection === undefined && this.#isAllowed(entry)) void notify(listener, serverId, uri, { uri });
  }

  /** Entries without an instance that an instance of this owner would serve, and whose client is still allowed the server. */
  #lost(serverId: string, owner: Owner): Entry[] {
    const shared = this.#registry().servers.get(serverId)?.scope === 'shared';
    return [...this.#all()].filter((entry) => {
      if (entry.serverId !== serverId || entry.instance !== undefined || !this.#isAllowed(entry))
        return false;
      const { clientId, sessionId } = entry.owner;
      return shared || (clientId === owner.clientId && (owner.sessionId ?? sessionId) === sessionId);
    });
  }

  *#all(): Generator<Entry> {
    for (const own of this.#entries.values()) yield* own.values();
  }

  #isAllowed({ serverId, listener }: Entry): boolean {
    return this.#registry().clients.get(listener.clientId)?.allowServers.has(serverId) === true;
  }

  /** Called when the instance of this owner sent a resource update. */
  updated(
    serverId: string,
    owner: Owner,
    params: Readonly<Record<string, unknown>>,
  ): Promise<void> | undefined {
    const { uri } = params;
    const registry = this.#registry();
    const server = registry.servers.get(serverId);
    if (typeof uri !== 'string' || server === undefined) return undefined;
    const writing: (Promise<void> | undefined)[] = [];
    for (const own of this.#entries.values()) {
      const entry = own.get(`${serverId} ${uri}`);
      if (!entry) continue;
      const { listener } = entry;
      const theirs = server.scope === 'shared' || listener.clientId === owner.clientId;
      if (!this.#isAllowed(entry) || !theirs) continue;
      // The client may read what it was notified of, even if the server no longer lists it.
      this.#given.give(server, listener.clientId, [uri]);
      writing.push(notify(listener, serverId, uri, params));
    }
    return allWritten(writing);
  }
}

function notify(
  listener: Listener,
  serverId: string,
  uri: string,
  params: Readonly<Record<string, unknown>>,
): Promise<void> | undefined {
  const known = listener.all ? exposedUri({ serverId, uri }) : uri;
  const { _meta: _theirs, ...rest } = params;
  const meta = listener.meta === undefined ? {} : { _meta: listener.meta };
  const message = notification('notifications/resources/updated', { ...rest, uri: known, ...meta });
  return whenWritten(listener.clientId, message, (text) => listener.push(text));
}
