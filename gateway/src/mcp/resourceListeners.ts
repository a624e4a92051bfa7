import { exposedUri } from '../catalog/resourceUris.ts';
import { UpstreamError } from '../errors.ts';
import type { Registry, Server } from '../registry/types.ts';
import type { Instance, Owner, UpstreamAnswer, UpstreamPool } from '../upstream/types.ts';
import { notificationText } from './message.ts';

/** Who wants to hear of a resource: a session, or the stream of a stateless client. */
export interface Listener {
  /** Equal for the same listener. */
  readonly key: object;
  readonly clientId: string;
  /** It knows resources by the names of `/mcp`. */
  readonly all: boolean;
  push(text: string): void;
  /** What its notifications carry besides. */
  readonly meta?: Readonly<Record<string, unknown>>;
}

interface Entry {
  readonly serverId: string;
  readonly uri: string;
  readonly listener: Listener;
  readonly instance: Instance;
}

/** So many resources one session or stream may listen to. */
const mostPerListener = 1_000;

/** Who listens to which resource; what a server tells goes to the clients that it works for, and of them to those alone. */
export class ResourceListeners {
  readonly #pool: UpstreamPool;
  readonly #registry: () => Registry;
  readonly #entries = new Map<object, Map<string, Entry>>();

  constructor(pool: UpstreamPool, registry: () => Registry) {
    this.#pool = pool;
    this.#registry = registry;
  }

  /** Gives the server's refusal, or undefined when the listener is subscribed. */
  async add(
    server: Server,
    owner: Owner,
    uri: string,
    listener: Listener,
  ): Promise<UpstreamAnswer | UpstreamError | undefined> {
    const own = this.#entries.get(listener.key) ?? new Map<string, Entry>();
    const key = `${server.id} ${uri}`;
    if (own.has(key)) return undefined;
    if (own.size >= mostPerListener)
      return new UpstreamError(
        'overloaded',
        `no more than ${mostPerListener} resources can be listened to at a time`,
      );
    try {
      const instance = await this.#pool.acquire(server, owner);
      const refusal = await instance.subscriptions.add(uri);
      if (refusal !== undefined) return refusal;
      own.set(key, { serverId: server.id, uri, listener, instance });
      this.#entries.set(listener.key, own);
      return undefined;
    } catch (error) {
      if (error instanceof UpstreamError) return error;
      throw error;
    }
  }

  async remove(serverId: string, uri: string, listener: Listener): Promise<void> {
    const own = this.#entries.get(listener.key);
    const entry = own?.get(`${serverId} ${uri}`);
    if (!own || !entry) return;
    own.delete(`${serverId} ${uri}`);
    if (own.size === 0) this.#entries.delete(listener.key);
    await entry.instance.subscriptions.remove(uri);
  }

  /** A session or a stream is over. */
  release(key: object): void {
    const own = this.#entries.get(key);
    this.#entries.delete(key);
    for (const { instance, uri } of own?.values() ?? []) void instance.subscriptions.remove(uri);
  }

  /** A resource of a server changed, as told to the instance of this owner. */
  updated(serverId: string, owner: Owner, params: Readonly<Record<string, unknown>>): void {
    const { uri } = params;
    const registry = this.#registry();
    const shared = registry.servers.get(serverId)?.scope === 'shared';
    if (typeof uri !== 'string') return;
    for (const own of this.#entries.values()) {
      const entry = own.get(`${serverId} ${uri}`);
      if (!entry) continue;
      const { listener } = entry;
      const mayHear = registry.clients.get(listener.clientId)?.allowServers.has(serverId) === true;
      if (mayHear && (shared || listener.clientId === owner.clientId)) tell(listener, serverId, uri, params);
    }
  }
}

function tell(
  listener: Listener,
  serverId: string,
  uri: string,
  params: Readonly<Record<string, unknown>>,
): void {
  const known = listener.all ? exposedUri({ serverId, uri }) : uri;
  const { _meta: _theirs, ...rest } = params;
  const meta = listener.meta === undefined ? {} : { _meta: listener.meta };
  listener.push(notificationText('notifications/resources/updated', { ...rest, uri: known, ...meta }));
}
