import { hash } from 'node:crypto';
import type { Server } from '../../registry/types.ts';
import type { Instance } from '../../upstream/types.ts';

/** How many tasks of one client are remembered; older ones are unknown. */
const maxPerClient = 1_000;
/** Longer than any digest, so that no short id is that of a long one. UTF-16 units. */
const maxId = 200;

/** The instances of a client that made a task of one id, the newest last. */
type Makers = Set<Instance>;

/**
 * Which client made which task, and in which instance. Who may ask for it depends on that where a server could answer one client
 * with another's: one that clients share, and one behind HTTP, which may keep the tasks of all its sessions in one place. Any
 * other has instances for each client, and one of them has the task.
 */
export class TaskClaims {
  readonly #ofClient = new Map<string, Map<string, Makers>>();

  claim(server: Server, clientId: string, taskId: string, instance: Instance): void {
    const key = keyOf(server, taskId);
    // One instance has one task of that id: an earlier one is gone.
    if (server.scope === 'shared') for (const others of this.#ofClient.values()) others.delete(key);
    const own = this.#ofClient.get(clientId) ?? new Map<string, Makers>();
    this.#ofClient.set(clientId, own);
    const makers = own.get(key) ?? new Set();
    own.delete(key);
    own.set(key, makers);
    makers.delete(instance);
    makers.add(instance);
    void instance.ended.then(() => makers.delete(instance));
    const [oldest] = own.keys();
    if (own.size > maxPerClient && oldest !== undefined) own.delete(oldest);
  }

  /** Whether the client may hear of the task. */
  holds(server: Server, clientId: string, taskId: string): boolean {
    return !isGuarded(server) || this.#ofClient.get(clientId)?.has(keyOf(server, taskId)) === true;
  }

  /** Running instances that have tasks of this client: its sessions can have changed to others since. */
  instancesOf(server: Server, clientId: string): Set<Instance> {
    if (!movesSessions(server)) return new Set();
    const prefix = keyOf(server, '');
    const own = [...(this.#ofClient.get(clientId) ?? [])];
    return new Set(own.flatMap(([key, makers]) => (key.startsWith(prefix) ? [...makers] : [])));
  }

  /** The instance that made the task, where that may be another than the session's own (`ready`). */
  makerOf(
    server: Server,
    clientId: string,
    taskId: string,
    ready: Instance | undefined,
  ): Instance | undefined {
    const makers = movesSessions(server) && this.#ofClient.get(clientId)?.get(keyOf(server, taskId));
    if (!makers || (ready !== undefined && makers.has(ready))) return undefined;
    return [...makers].at(-1);
  }
}

function isGuarded({ scope, runtime }: Server): boolean {
  return scope === 'shared' || runtime === 'http';
}

/** Whether a session can leave an instance that it shared with others of its client for one of its own. */
function movesSessions({ scope, scopeChosen }: Server): boolean {
  return scope === 'client' && !scopeChosen;
}

/** Ids of servers hold no slash. What is kept of an id is short, however long the server made it. */
function keyOf({ id }: Server, taskId: string): string {
  return `${id}/${taskId.length > maxId ? hash('sha256', taskId) : taskId}`;
}
