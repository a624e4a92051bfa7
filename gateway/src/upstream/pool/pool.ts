import { allWritten } from '../rpc/writeLarge.ts';
import type { Clock } from '../../clock.ts';
import { UpstreamError } from '../../errors.ts';
import { inTime } from '../../inTime.ts';
import type { Logger } from '../../logger.ts';
import { printable } from '../../printable.ts';
import { makeRoom, mayTakePlace } from '../../places.ts';
import type { Server } from '../../registry/types.ts';
import { sameDefinition } from './definition.ts';
import { limits } from '../limits.ts';
import type { OutputLog } from '../output/outputLog.ts';
import { makingRoom } from './makingRoom.ts';
import { belongsTo, place, rekey } from './place.ts';
import { lastLines } from './stderrLines.ts';
import { failureText } from '../secrets/failureText.ts';
import { ServerRecord } from './serverRecord.ts';
import { changedError, noPlaceError, removedError, stoppedError } from './stoppedErrors.ts';
import { Supervisor, type SupervisorReport } from './supervisor.ts';
import type {
  Instance,
  OpenChannel,
  Owner,
  PoolHooks,
  PoolListener,
  ServerHealth,
  UpstreamPool,
  Via,
} from '../types.ts';

/** Opens channels to the servers of each runtime; a runtime without an opener can't be started. */
export type Openers = {
  readonly [R in Server['runtime']]?: OpenChannel<Extract<Server, { runtime: R }>>;
};

export interface PoolOptions {
  readonly openers: Openers;
  readonly hooks: PoolHooks;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** All upstream servers of a gateway, kept warm, each instance with its own supervisor. */
export function createPool(options: PoolOptions): UpstreamPool {
  return new Pool(options);
}

class Pool implements UpstreamPool {
  readonly #options: PoolOptions;
  readonly #listeners: PoolListener[] = [];
  /** Notifies all listeners. */
  readonly #events: Required<PoolListener> = {
    notification: (notification, owner) => {
      const listeners = [...this.#listeners];
      return allWritten(listeners.map((listener) => listener.notification?.(notification, owner)));
    },
    started: (instance, owner) => {
      for (const listener of this.#listeners) listener.started?.(instance, owner);
    },
  };
  readonly #records = new Map<string, ServerRecord>();
  /** The registry's servers, set by `reconcile`; no other server is started. */
  #registered: ReadonlyMap<string, Server> | undefined;
  /** Released supervisors whose processes have not all ended yet. */
  readonly #leaving = new Map<Supervisor, Promise<void>>();
  readonly #neverUsed: ServerRecord;
  #closed = false;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#neverUsed = new ServerRecord(options.clock);
  }

  subscribe(listener: PoolListener): void {
    this.#listeners.push(listener);
  }

  acquire(server: Server, caller: Owner, calling?: 'calling'): Promise<Instance> {
    if (this.#closed) return Promise.reject(stoppedError(server.id, 'LMCP is shutting down.'));
    const current = this.#registered ? this.#registered.get(server.id) : server;
    if (!current) return Promise.reject(stoppedError(server.id, 'It is no longer in the registry.'));
    if (!current.enabled) return Promise.reject(stoppedError(server.id, 'It is disabled.'));
    const record = this.#record(current.id);
    const owner = this.#announced(current, caller);
    const { key, sessionId } = place(current, owner, record, calling !== undefined);
    const found = record.supervisors.get(key);
    if (found && sameDefinition(found.server, current)) {
      found.update(current);
      if (owner.sessionId !== null && owner.sessionId !== found.lastSession) found.usedBy(owner.sessionId);
      return found.acquire();
    }
    if (found) {
      this.#retire(record, key, found, changedError(current.id));
      record.eras.forget();
    }
    if (!this.#makeRoom(record, current, owner)) return Promise.reject(noPlaceError(current.id));
    return this.#supervise(record, key, current, { ...owner, sessionId }, owner.sessionId).acquire();
  }

  ready(server: Server, caller: Owner): Instance | undefined {
    const record = this.#records.get(server.id);
    const current = this.#registered ? this.#registered.get(server.id) : server;
    if (this.#closed || record === undefined || current === undefined) return undefined;
    const owner = this.#announced(current, caller);
    const found = record.supervisors.get(place(current, owner, record, false).key);
    return found && sameDefinition(found.server, current) ? found.instance : undefined;
  }

  running(serverIds: readonly string[], owner: Owner): Instance[] {
    return serverIds.flatMap((id) =>
      [...(this.#records.get(id)?.supervisors.values() ?? [])].flatMap(({ server, instance, owner: of }) => {
        const theirs =
          of.clientId === owner.clientId && (of.sessionId ?? owner.sessionId) === owner.sessionId;
        return server.scope !== 'shared' && theirs && instance ? [instance] : [];
      }),
    );
  }

  rootsChanged(serverIds: readonly string[], owner: Owner): void {
    for (const id of serverIds) {
      for (const supervisor of this.#records.get(id)?.supervisors.values() ?? []) {
        const { owner: of } = supervisor;
        const theirs =
          of.clientId === owner.clientId && (of.sessionId ?? owner.sessionId) === owner.sessionId;
        if (theirs && owner.sessionId !== null) supervisor.usedBy(owner.sessionId);
      }
    }
  }

  reconcile(servers: ReadonlyMap<string, Server>): void {
    this.#registered = servers;
    for (const [serverId, record] of this.#records) {
      const server = servers.get(serverId);
      for (const [key, supervisor] of record.supervisors) {
        if (server && sameDefinition(supervisor.server, server)) supervisor.update(server);
        else {
          this.#retire(record, key, supervisor, server ? changedError(serverId) : removedError(serverId));
          record.eras.forget();
        }
      }
      if (!server) this.#records.delete(serverId);
    }
  }

  release(owner: Owner): void {
    for (const record of this.#records.values()) {
      for (const [key, supervisor] of record.supervisors) {
        if (belongsTo(supervisor, owner)) this.#end(record, key, supervisor, supervisor.stop());
      }
    }
  }

  async stop(serverId: string, via: Via): Promise<void> {
    const record = this.#records.get(serverId);
    if (!record) return;
    for (const [key, supervisor] of record.supervisors) {
      this.#end(
        record,
        key,
        supervisor,
        supervisor.retire(stoppedError(serverId, 'It was stopped; try again.'), via),
      );
    }
    const leaving = [...this.#leaving].filter(([supervisor]) => supervisor.server.id === serverId);
    await Promise.all(leaving.map(([, gone]) => gone));
  }

  resetBackoff(serverId: string): void {
    const record = this.#records.get(serverId);
    for (const [key, supervisor] of record?.supervisors ?? []) {
      if (record && supervisor.waiting) this.#end(record, key, supervisor, supervisor.stop());
    }
  }

  health(serverId: string): ServerHealth {
    return (this.#records.get(serverId) ?? this.#neverUsed).health();
  }

  output(serverId: string): OutputLog {
    return this.#record(serverId).output;
  }

  get busy(): boolean {
    return [...this.#records.values()].some(({ supervisors }) =>
      [...supervisors.values()].some(({ inFlight }) => inFlight > 0),
    );
  }

  async close(graceMs: number): Promise<void> {
    this.#closed = true;
    for (const { output } of this.#records.values()) output.close();
    const all = [...this.#records.values()].flatMap(({ supervisors }) => [...supervisors.values()]);
    const finished = Promise.all([
      ...all.map((supervisor) =>
        supervisor.retire(stoppedError(supervisor.server.id, 'LMCP is shutting down.')),
      ),
      ...this.#leaving.values(),
    ]);
    await inTime(finished, graceMs);
    await Promise.all([...all, ...this.#leaving.keys()].map((supervisor) => supervisor.stop()));
    await finished;
  }

  /** The owner as announced to the server: clients with different announcements have separate instances. */
  #announced(server: Server, owner: Owner): Owner {
    return this.#options.hooks.announced?.(server, owner) ?? owner;
  }

  /** False if the client has its maximum of instances of this server, and each of them is in use. */
  #makeRoom(record: ServerRecord, { scope }: Server, { clientId }: Owner): boolean {
    // All clients share one instance.
    if (scope === 'shared') return true;
    const total = limits.instancesPerServer;
    const held = { total, taken: record.supervisors.size };
    const count = record.of(clientId).length;
    if (!mayTakePlace({ ...held, own: count })) record.forgetIdle();
    return makeRoom({
      total,
      taken: record.supervisors.size,
      own: record.of(clientId),
      idleSince: ([, { instance }]) => (instance?.unused === true ? instance.lastUsed : undefined),
      end: ([key, supervisor]) => this.#end(record, key, supervisor, supervisor.stop()),
    });
  }

  /** Stops the client's container that was unused for longest; false if all are in use. */
  async #stopIdleContainer({ clientId }: Owner): Promise<boolean> {
    const idle = [...this.#records.values()].flatMap((record) =>
      [...record.supervisors].flatMap(([key, supervisor]) => {
        const { server, owner, instance } = supervisor;
        const isTheirs = server.runtime === 'container' && owner.clientId === clientId;
        return isTheirs && instance?.unused === true ? [{ record, key, supervisor, instance }] : [];
      }),
    );
    const [oldest] = idle.sort((a, b) => a.instance.lastUsed - b.instance.lastUsed);
    if (oldest === undefined) return false;
    const gone = oldest.supervisor.stop();
    this.#end(oldest.record, oldest.key, oldest.supervisor, gone);
    await gone;
    return true;
  }

  #supervise(
    record: ServerRecord,
    key: string,
    server: Server,
    owner: Owner,
    lastSession: string | null,
  ): Supervisor {
    const { openers, hooks, clock } = this.#options;
    // The map's type ties each opener to its runtime; a lookup by runtime loses that tie.
    const opener = (openers[server.runtime] as OpenChannel | undefined) ?? noOpener;
    const open = makingRoom(opener, () => this.#stopIdleContainer(owner));
    const supervisor = new Supervisor({
      server,
      owner,
      lastSession,
      eras: record.eras,
      open,
      hooks,
      events: this.#events,
      output: record.output,
      clock,
      report: this.#reportTo(record, server, (): void => rekey(record, supervisor)),
    });
    record.supervisors.set(key, supervisor);
    return supervisor;
  }

  #reportTo(record: ServerRecord, server: Server, found: () => void): SupervisorReport {
    return {
      started: (instance, again) => {
        record.started(instance);
        found();
        this.#options.logger.info(`server "${server.id}" is ${again ? 'running again' : 'ready'}`);
      },
      restarted: () => record.restarted(),
      failed: (error, instance, replaced) => {
        const message = failureText(server, error);
        if (!replaced) record.failed(message, instance);
        this.#options.logger.warn(printable(message));
        for (const line of lastLines(instance?.stderrTail() ?? ''))
          this.#options.logger.warn(`server "${server.id}" wrote: ${printable(line)}`);
      },
      stateChanged: () => record.stateChanged(),
    };
  }

  #retire(record: ServerRecord, key: string, supervisor: Supervisor, error: UpstreamError): void {
    this.#end(record, key, supervisor, supervisor.retire(error));
  }

  #end(record: ServerRecord, key: string, supervisor: Supervisor, gone: Promise<void>): void {
    record.supervisors.delete(key);
    record.stateChanged();
    this.#leaving.set(
      supervisor,
      gone.finally(() => this.#leaving.delete(supervisor)),
    );
  }

  #record(serverId: string): ServerRecord {
    let record = this.#records.get(serverId);
    if (!record) {
      record = new ServerRecord(this.#options.clock);
      this.#records.set(serverId, record);
    }
    return record;
  }
}

const noOpener: OpenChannel = ({ id, runtime }) => {
  const message = `Server "${id}" can't be started: this LMCP runs no servers of the kind "${runtime}".`;
  return Promise.reject(new UpstreamError('start_failed', message));
};
