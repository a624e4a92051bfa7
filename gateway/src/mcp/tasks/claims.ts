import { hash } from 'node:crypto';
import type { Server } from '../../registry/types.ts';
import type { Instance } from '../../upstream/types.ts';

/** Maximum tasks remembered per client; older ones are forgotten. */
const maxPerClient = 1_000;
/** Longer than any digest, so that no short id equals the digest of a long one. UTF-16 units. */
const maxId = 200;

/** The instances of a client that created a task with one id, the newest last. */
type Makers = Set<Instance>;

/**
 * Which client created which task, and in which instance. Access depends on it for servers that could answer one client with
 * another's task: those that clients share, and those behind HTTP, which may keep the tasks of all sessions in one place. Any
 * other server has instances per client, and one of them has the task.
 */
export class TaskClaims {
  readonly #ofClient = new Map<string, Map<string, Makers>>();

  claim(server: Server, clientId: string, taskId: string, instance: Instance): void {
    const key = keyOf(server, taskId);
    // An instance has only one task with that id: an earlier one is gone.
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

  /** Whether the client may be notified of the task. */
  holds(server: Server, clientId: string, taskId: string): boolean {
    return !isGuarded(server) || this.#ofClient.get(clientId)?.has(keyOf(server, taskId)) === true;
  }

  /** Running instances with tasks of this client, whose sessions may use other instances by now. */
  instancesOf(server: Server, clientId: string): Set<Instance> {
    if (!movesSessions(server)) return new Set();
    const prefix = keyOf(server, '');
    const own = [...(this.#ofClient.get(clientId) ?? [])];
    return new Set(own.flatMap(([key, makers]) => (key.startsWith(prefix) ? [...makers] : [])));
  }

  /** The instance that created the task, if that may differ from the session's own (`ready`). */
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

/** Whether a session can move from an instance shared with its client's other sessions to one of its own. */
function movesSessions({ scope, scopeChosen }: Server): boolean {
  return scope === 'client' && !scopeChosen;
}

/** Server ids contain no slash. Long task ids are stored as digests, so that keys stay short. */
function keyOf({ id }: Server, taskId: string): string {
  return `${id}/${taskId.length > maxId ? hash('sha256', taskId) : taskId}`;
}
