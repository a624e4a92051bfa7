import { kinds, type Kind } from '../../catalog/items.ts';
import type { Clock } from '../../clock.ts';
import type { Registry } from '../../registry/types.ts';
import type { Owner } from '../../upstream/types.ts';
import { notificationText } from '../jsonrpc/message.ts';
import { concerned } from './concerned.ts';
import type { ListenStream, Streams } from './listenStreams.ts';
import type { Session } from './session.ts';
import type { Sessions } from './sessions.ts';

/** Debounce: servers often send several list-changed notifications while they start. */
const settleMs = 50;
/** Minimum interval between two notifications of one kind to one client. */
const minIntervalMs = 1_000;

/** Lists with a list-changed notification; resource templates share the one of resources. */
type List = 'tools' | 'prompts' | 'resources';
const lists: readonly List[] = ['tools', 'prompts', 'resources'];
const kindsOf: Readonly<Record<List, readonly Kind[]>> = {
  tools: ['tools'],
  prompts: ['prompts'],
  resources: ['resources', 'templates'],
};

/** A subscriber of list changes: a session, or a stateless client's stream. */
interface Audience {
  readonly only: string | null;
  readonly sessionId: string | null;
  readonly key: object;
  /** Digests of the lists it last received; none if it never requested them. */
  readonly seen: Map<Kind, string>;
  readonly view: (kind: Kind) => string | undefined;
  notify(list: List): void;
}

export interface AnnouncerParts {
  readonly sessions: Sessions;
  readonly streams: Streams;
  readonly registry: () => Registry;
  readonly clock: Pick<Clock, 'monotonic'>;
  /** The current digest of a list for this session or stream; undefined for a removed client. */
  readonly view: (whose: Session | ListenStream, kind: Kind) => string | undefined;
}

/**
 * Notifies clients that their lists have changed (MCP 2025-11-25, server/tools, "List Changed Notification"): at most once a
 * second for each kind, and only if the list differs from the one the client has.
 */
export class Announcer {
  readonly #parts: AnnouncerParts;
  readonly #waiting = new Map<object, { readonly audience: Audience; readonly lists: Set<List> }>();
  /** When each kind was last announced, in monotonic milliseconds. */
  readonly #announced = new WeakMap<object, Map<List, number>>();
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: AnnouncerParts) {
    this.#parts = parts;
  }

  /** Called when a list of a server changed. Notifies the instance's client, or all clients that share a remembered list. */
  serverChanged(serverId: string, owner: Owner, kind: Kind, own: boolean): void {
    const registry = this.#parts.registry();
    const server = registry.servers.get(serverId);
    if (server === undefined) return;
    const limited = server.scope !== 'shared' && (own || server.scopeChosen) && owner.via === undefined;
    const clients = limited ? [owner.clientId] : [...registry.clients.keys()];
    const list = kinds[kind].capability as List;
    for (const clientId of clients) {
      if (registry.clients.get(clientId)?.allowServers.has(serverId) !== true) continue;
      for (const audience of this.#audiences(clientId)) {
        const { only, sessionId } = audience;
        const theirs = !own || concerned(server.scope, owner, sessionId);
        if (theirs && (only === null || only === serverId)) this.#announce(audience, [list]);
      }
    }
  }

  /** Called when what a client may see changed: its grants, a policy, a server. */
  clientChanged(clientId: string): void {
    for (const audience of this.#audiences(clientId)) this.#announce(audience, lists);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#waiting.clear();
  }

  #audiences(clientId: string): Audience[] {
    const { sessions, streams } = this.#parts;
    return [
      ...sessions
        .of(clientId)
        .map((session) => this.#audience(session, session.id, (list) => session.push(changed(list)))),
      ...streams.of(clientId).map((one) =>
        this.#audience(one, null, (list) => {
          if (one.lists.has(`${list}ListChanged`)) one.stream.send(changed(list, { _meta: one.meta }));
        }),
      ),
    ];
  }

  #audience(key: Session | ListenStream, sessionId: string | null, notify: (list: List) => void): Audience {
    const { only } = key.identity;
    const view = (kind: Kind): string | undefined => this.#parts.view(key, kind);
    return { key, only, sessionId, seen: key.seen, view, notify };
  }

  #announce(audience: Audience, changes: readonly List[]): void {
    const waiting = this.#waiting.get(audience.key) ?? { audience, lists: new Set<List>() };
    for (const list of changes) waiting.lists.add(list);
    this.#waiting.set(audience.key, waiting);
    this.#timer ??= setTimeout(() => this.#flush(), settleMs).unref();
  }

  #flush(): void {
    this.#timer = undefined;
    const now = this.#parts.clock.monotonic();
    let next = Infinity;
    for (const [key, { audience, lists: changes }] of this.#waiting) {
      const announced = this.#announced.get(key) ?? new Map<List, number>();
      this.#announced.set(key, announced);
      for (const list of changes) {
        const wait = (announced.get(list) ?? -Infinity) + minIntervalMs - now;
        if (wait > 0) {
          next = Math.min(next, wait);
          continue;
        }
        changes.delete(list);
        if (!differs(audience, list)) continue;
        announced.set(list, now);
        audience.notify(list);
      }
      if (changes.size === 0) this.#waiting.delete(key);
    }
    if (next < Infinity) this.#timer = setTimeout(() => this.#flush(), Math.ceil(next)).unref();
  }
}

/** Whether the current list differs from the one the client has; true if the client never requested it. */
function differs({ seen, view }: Audience, list: List): boolean {
  return kindsOf[list].some((kind) => {
    const had = seen.get(kind);
    return had === undefined ? kind !== 'templates' || !seen.has('resources') : had !== view(kind);
  });
}

function changed(list: List, params?: Readonly<Record<string, unknown>>): string {
  return notificationText(`notifications/${list}/list_changed`, params);
}
