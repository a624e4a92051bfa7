import type { Server } from '../../registry/types.ts';

/** So many tasks of one client are remembered; an older one can't be asked for any more. */
const mostPerClient = 1_000;

/**
 * Which client made which task, where a server could answer one client with another's: one that clients share, and one behind
 * HTTP, which may keep the tasks of all its sessions in one place. Any other has an instance for each client.
 */
export class TaskClaims {
  readonly #ofClient = new Map<string, Set<string>>();

  claim(server: Server, clientId: string, taskId: string): void {
    if (!isGuarded(server)) return;
    const key = keyOf(server, taskId);
    // One instance has one task of that id: an earlier one is gone.
    if (server.scope === 'shared') for (const others of this.#ofClient.values()) others.delete(key);
    const own = this.#ofClient.get(clientId) ?? new Set();
    this.#ofClient.set(clientId, own);
    own.delete(key);
    own.add(key);
    const [oldest] = own;
    if (own.size > mostPerClient && oldest !== undefined) own.delete(oldest);
  }

  /** Whether the client may hear of the task. */
  holds(server: Server, clientId: string, taskId: string): boolean {
    return !isGuarded(server) || this.#ofClient.get(clientId)?.has(keyOf(server, taskId)) === true;
  }
}

function isGuarded({ scope, runtime }: Server): boolean {
  return scope === 'shared' || runtime === 'http';
}

/** Ids of servers hold no slash. */
function keyOf({ id }: Server, taskId: string): string {
  return `${id}/${taskId}`;
}
