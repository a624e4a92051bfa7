import { kinds, type Kind } from '../../catalog/items.ts';
import type { Registry } from '../../registry/types.ts';
import type { Owner } from '../../upstream/types.ts';
import { notificationText } from '../jsonrpc/message.ts';
import type { Streams } from './listenStreams.ts';
import type { Session } from './session.ts';
import type { Sessions } from './sessions.ts';

/** A server that starts often says several times that its list changed: clients hear of it once. */
const settleMs = 50;

/** What lists changes are told of: templates are told of as resources are. */
type List = 'tools' | 'prompts' | 'resources';
const lists: readonly List[] = ['tools', 'prompts', 'resources'];

/** Whoever hears of changes: a session, or a stateless client's stream. */
interface Audience {
  readonly only: string | null;
  readonly sessionId: string | null;
  readonly key: object;
  tell(list: List): void;
}

/** Tells clients that their lists have changed (MCP 2025-11-25, server/tools, "List Changed Notification"). */
export class Announcer {
  readonly #sessions: Sessions;
  readonly #streams: Streams;
  readonly #registry: () => Registry;
  readonly #waiting = new Map<object, { readonly audience: Audience; readonly lists: Set<List> }>();
  #timer: NodeJS.Timeout | undefined;

  constructor(sessions: Sessions, streams: Streams, registry: () => Registry) {
    this.#sessions = sessions;
    this.#streams = streams;
    this.#registry = registry;
  }

  /** A list of a server changed for whom the instance works; a shared one works for all that may use it. */
  serverChanged(serverId: string, owner: Owner, kind: Kind = 'tools'): void {
    const registry = this.#registry();
    const scope = registry.servers.get(serverId)?.scope;
    const clients = scope === 'shared' ? [...registry.clients.keys()] : [owner.clientId];
    const list = kinds[kind].capability as List;
    for (const clientId of clients) {
      if (registry.clients.get(clientId)?.allowServers.has(serverId) !== true) continue;
      for (const audience of this.#audiences(clientId)) {
        const { only, sessionId } = audience;
        const concerned = scope !== 'session' || sessionId === owner.sessionId;
        if (concerned && (only === null || only === serverId)) this.#announce(audience, [list]);
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
    const streams = this.#streams.of(clientId).map((one): Audience => ({
      key: one,
      only: one.identity.only,
      sessionId: null,
      tell: (list) => {
        if (one.lists.has(`${list}ListChanged`)) one.stream.send(changed(list, { _meta: one.meta }));
      },
    }));
    return [...this.#sessions.of(clientId).map(sessionAudience), ...streams];
  }

  #announce(audience: Audience, changes: readonly List[]): void {
    const waiting = this.#waiting.get(audience.key) ?? { audience, lists: new Set<List>() };
    for (const list of changes) waiting.lists.add(list);
    this.#waiting.set(audience.key, waiting);
    this.#timer ??= setTimeout(() => this.#flush(), settleMs).unref();
  }

  #flush(): void {
    this.#timer = undefined;
    for (const { audience, lists: changes } of this.#waiting.values())
      for (const list of changes) audience.tell(list);
    this.#waiting.clear();
  }
}

function sessionAudience(session: Session): Audience {
  const tell = (list: List): void => session.push(changed(list));
  return { key: session, only: session.identity.only, sessionId: session.id, tell };
}

function changed(list: List, params?: Readonly<Record<string, unknown>>): string {
  return notificationText(`notifications/${list}/list_changed`, params);
}
