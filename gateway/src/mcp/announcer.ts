import type { Registry } from '../registry/types.ts';
import type { Owner } from '../upstream/types.ts';
import { notificationText } from './message.ts';
import type { Session } from './session.ts';
import type { Sessions } from './sessions.ts';

/** A server that starts often says several times that its list changed: clients hear of it once. */
const settleMs = 50;

/** Tells sessions that their list of tools has changed (MCP 2025-11-25, server/tools, "List Changed Notification"). */
export class Announcer {
  readonly #sessions: Sessions;
  readonly #registry: () => Registry;
  readonly #waiting = new Set<Session>();
  #timer: NodeJS.Timeout | undefined;

  constructor(sessions: Sessions, registry: () => Registry) {
    this.#sessions = sessions;
    this.#registry = registry;
  }

  /** The tools of a server changed for whom the instance works; a shared one works for all that may use it. */
  serverChanged(serverId: string, owner: Owner): void {
    const registry = this.#registry();
    const scope = registry.servers.get(serverId)?.scope;
    const clients = scope === 'shared' ? [...registry.clients.keys()] : [owner.clientId];
    for (const clientId of clients) {
      if (registry.clients.get(clientId)?.allowServers.has(serverId) !== true) continue;
      for (const session of this.#sessions.of(clientId)) {
        const { only } = session.identity;
        const concerned = scope !== 'session' || session.id === owner.sessionId;
        if (concerned && (only === null || only === serverId)) this.#announce(session);
      }
    }
  }

  /** What a client may see changed: its grants, a policy, a server. */
  clientChanged(clientId: string): void {
    for (const session of this.#sessions.of(clientId)) this.#announce(session);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#waiting.clear();
  }

  #announce(session: Session): void {
    this.#waiting.add(session);
    this.#timer ??= setTimeout(() => this.#flush(), settleMs).unref();
  }

  #flush(): void {
    this.#timer = undefined;
    for (const session of this.#waiting) session.push(notificationText('notifications/tools/list_changed'));
    this.#waiting.clear();
  }
}
