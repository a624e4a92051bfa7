import { kinds, type Kind } from '../../catalog/items.ts';
import type { Clock } from '../../clock.ts';
import type { Registry } from '../../registry/types.ts';
import type { Owner } from '../../upstream/types.ts';
import { notificationText } from '../jsonrpc/message.ts';
import { concerned } from './concerned.ts';
import type { ListenStream, Streams } from './listenStreams.ts';
import type { Session } from './session.ts';
import type { Sessions } from './sessions.ts';

/** A server that starts often says several times that its list changed: clients hear of it once. */
const settleMs = 50;
/** Between two notifications of one kind to one client. */
const leastBetweenMs = 1_000;

/** What lists changes are told of: templates are told of as resources are. */
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
  /** Digests of its lists as it got them last; none where it never asked. */
  readonly seen: Map<Kind, string>;
  readonly view: (kind: Kind) => string | undefined;
  tell(list: List): void;
}

export interface AnnouncerParts {
  readonly sessions: Sessions;
  readonly streams: Streams;
  readonly registry: () => Registry;
  readonly clock: Pick<Clock, 'monotonic'>;
  /** The digest of a list as this session or stream would be given it now; undefined for a client that is gone. */
  readonly view: (whose: Session | ListenStream, kind: Kind) => string | undefined;
}

/**
 * Tells clients that their lists have changed (MCP 2025-11-25, server/tools, "List Changed Notification"): at most once a second
 * for each kind, and not at all where what they would be given is what they have.
 */
export class Announcer {
  readonly #parts: AnnouncerParts;
  readonly #waiting = new Map<object, { readonly audience: Audience; readonly lists: Set<List> }>();
  /** When a kind was last told of, in monotonic milliseconds. */
  readonly #told = new WeakMap<object, Map<List, number>>();
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: AnnouncerParts) {
    this.#parts = parts;
  }

  /** A list of a server changed: for whom the instance works, or, where it is remembered, for all who are given what is. */
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

  /** What a client may see changed: its grants, a policy, a server. */
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

  #audience(key: Session | ListenStream, sessionId: string | null, tell: (list: List) => void): Audience {
    const { only } = key.identity;
    const view = (kind: Kind): string | undefined => this.#parts.view(key, kind);
    return { key, only, sessionId, seen: key.seen, view, tell };
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
      const told = this.#told.get(key) ?? new Map<List, number>();
      this.#told.set(key, told);
      for (const list of changes) {
        const wait = (told.get(list) ?? -Infinity) + leastBetweenMs - now;
        if (wait > 0) {
          next = Math.min(next, wait);
          continue;
        }
        changes.delete(list);
        if (!isOther(audience, list)) continue;
        told.set(list, now);
        audience.tell(list);
      }
      if (changes.size === 0) this.#waiting.delete(key);
    }
    if (next < Infinity) this.#timer = setTimeout(() => this.#flush(), Math.ceil(next)).unref();
  }
}

/** Whether a client would be given another list than it has; one that never asked has none. */
function isOther({ seen, view }: Audience, list: List): boolean {
  return kindsOf[list].some((kind) => {
    const had = seen.get(kind);
    return had === undefined ? kind !== 'templates' || !seen.has('resources') : had !== view(kind);
  });
}

function changed(list: List, params?: Readonly<Record<string, unknown>>): string {
  return notificationText(`notifications/${list}/list_changed`, params);
}
