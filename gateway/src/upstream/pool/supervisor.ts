import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '../../clock.ts';
import { UpstreamError } from '../../errors.ts';
import type { Server } from '../../registry/types.ts';
import { backoffDelay } from './backoff.ts';
import type { Eras } from './eras.ts';
import { RunningInstance } from './instance.ts';
import { limits } from '../limits.ts';
import type { OutputLog } from '../output/outputLog.ts';
import { isTimeout } from './requestWithRetry.ts';
import type { Instance, OpenChannel, Owner, PoolHooks, PoolListener, ServerState, Via } from '../types.ts';

export interface SupervisorParts {
  readonly server: Server;
  readonly owner: Owner;
  /** The session whose request it is started for. */
  readonly lastSession: string | null;
  readonly open: OpenChannel;
  readonly hooks: PoolHooks;
  readonly events: Required<PoolListener>;
  readonly clock: Clock;
  readonly output: OutputLog;
  /** The server's era, as known from all its instances. */
  readonly eras: Eras;
  readonly report: SupervisorReport;
}

/** Reports a supervisor's events to the pool, for health and for the operator at the terminal. */
export interface SupervisorReport {
  started(instance: RunningInstance, again: boolean): void;
  /** A start after a failure is over, whether it succeeded or not. */
  restarted(): void;
  /** @param replaced another instance was started since, so the failure is not current */
  failed(error: UpstreamError, instance: RunningInstance | undefined, replaced: boolean): void;
  stateChanged(): void;
}

/** Keeps one instance of one server for one owner: starts it on demand, restarts it after a failure, stops it when idle. */
export class Supervisor {
  readonly owner: Owner;
  readonly #parts: SupervisorParts;
  #lastSession: string | null;
  #server: Server;
  #state: ServerState = 'idle';
  #instance: RunningInstance | undefined;
  /** The result of `acquire` while an instance runs; kept so that the usual call allocates nothing. */
  #ready: Promise<Instance> | undefined;
  #starting: Promise<Instance> | undefined;
  readonly #stopping = new AbortController();
  #retiring: RunningInstance | undefined;
  /** The instance of the last start, even if that start failed. */
  #begun: RunningInstance | undefined;
  /** Consecutive failed starts. */
  #failures = 0;
  #lastError: UpstreamError | undefined;
  #retryAt = 0;
  /** The last instance ended with a failure: the next one is a restart. */
  #broken = false;
  #idleTimer: NodeJS.Timeout | undefined;
  /** Instances that were released and have not ended yet. */
  readonly #leaving = new Set<Promise<void>>();
  /** Instances that accept nothing more and whose cause of end is not known yet. */
  readonly #ending = new Set<RunningInstance>();

  constructor(parts: SupervisorParts) {
    this.#parts = parts;
    this.#server = parts.server;
    this.owner = parts.owner;
    this.#lastSession = parts.lastSession;
  }

  get state(): ServerState {
    return this.#state;
  }

  get server(): Server {
    return this.#server;
  }

  get instance(): RunningInstance | undefined {
    return this.#instance;
  }

  /** The session that last used it or changed its roots. */
  get lastSession(): string | null {
    return this.#lastSession;
  }

  get inFlight(): number {
    return this.#instance?.inFlight ?? 0;
  }

  /** Has neither an instance nor a failure to remember. */
  get forgettable(): boolean {
    const busy = this.#instance ?? this.#starting ?? this.#leaving.size > 0;
    return !busy && this.#parts.clock.monotonic() >= this.#retryAt;
  }

  /** Has failed, and starts no other instance until its back-off has passed. */
  get waiting(): boolean {
    return !this.#instance && !this.#starting;
  }

  /** Adopts a definition whose differences need no restart. */
  update(server: Server): void {
    if (this.#server === server) return;
    this.#server = server;
    if (this.#instance) this.#watchIdle(this.#instance);
  }

  /** Another session uses it, or its roots changed: notifies the server, if it may ask for roots. */
  usedBy(sessionId: string): void {
    this.#lastSession = sessionId;
    const wantsRoots =
      this.#server.scope !== 'shared' && this.owner.capabilities?.roots?.listChanged === true;
    if (wantsRoots && this.#instance?.era === 'legacy')
      this.#instance.notify('notifications/roots/list_changed');
  }

  /** @throws UpstreamError */
  acquire(): Promise<Instance> {
    if (this.#instance && this.#ready) {
      this.#instance.lastUsed = this.#parts.clock.monotonic();
      return this.#ready;
    }
    if (this.#starting) return this.#starting;
    if (this.#stopping.signal.aborted) return Promise.reject(this.#stopped());
    const wait = this.#retryAt - this.#parts.clock.monotonic();
    if (wait > 0) return Promise.reject(this.#notYet(wait));
    this.#starting = this.#start().finally(() => {
      this.#starting = undefined;
    });
    return this.#starting;
  }

  /** Accepts no new calls, drains in-flight calls, then ends the instance. */
  async retire(error: UpstreamError, via?: Via): Promise<void> {
    this.#stopping.abort();
    const instance = this.#letGo();
    this.#retiring ??= instance;
    await Promise.all([
      this.#starting?.catch(() => undefined),
      instance?.retire(error, via),
      ...this.#leaving,
    ]);
  }

  /** Ends immediately, even calls that `retire` would drain. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    const instance = this.#letGo() ?? this.#retiring;
    await Promise.all([this.#starting?.catch(() => undefined), instance?.close(), ...this.#leaving]);
  }

  /** Stops an unused instance; the next `acquire` starts another. */
  #stopIdle(): void {
    const instance = this.#letGo();
    if (instance) this.#leave(instance);
  }

  async #start(): Promise<Instance> {
    const again = this.#broken || this.#ending.size > 0;
    this.#setState('starting');
    try {
      const instance = await this.#startWithRetries();
      if (this.#stopping.signal.aborted) {
        await instance.close();
        throw this.#stopped();
      }
      this.#started(instance, again);
      return instance;
    } catch (error) {
      throw this.#startFailed(error, again);
    }
  }

  async #startWithRetries(): Promise<RunningInstance> {
    const { eras, owner } = this.#parts;
    const asked = (this.#server.scope === 'shared' ? undefined : owner.era) ?? 'legacy';
    const renew = (expired: RunningInstance): Promise<Instance> => this.#renew(expired);
    const lastSession = (): string | null => this.#lastSession;
    const parts = { ...this.#parts, server: this.#server, eras: eras.known, renew, lastSession };
    for (let retriesLeft = this.#server.timeouts.retryOnTimeout; ; retriesLeft--) {
      try {
        const instance = await RunningInstance.start(parts, this.#stopping.signal, (begun) => {
          this.#begun = begun;
        });
        eras.learn(asked, instance.era);
        return instance;
      } catch (error) {
        // A server that died of the era probe is not probed again; one whose era differs from the remembered one is.
        if (error instanceof UpstreamError) eras.failed(asked, error.kind);
        if (!isTimeout(error) || retriesLeft <= 0) throw error;
        await pause(this.#server.timeouts.retryBackoffS * 1_000, undefined, {
          signal: this.#stopping.signal,
        });
      }
    }
  }

  #started(instance: RunningInstance, again: boolean): void {
    this.#instance = instance;
    this.#ready = Promise.resolve(instance);
    this.#failures = 0;
    this.#broken = false;
    this.#setState('ready');
    this.#parts.report.started(instance, again);
    if (again) this.#parts.report.restarted();
    this.#parts.events.started(instance, this.owner);
    this.#watchIdle(instance);
    void instance.ending.then(() => this.#instanceEnding(instance));
    void instance.ended.then((ended) => this.#instanceEnded(instance, ended));
  }

  #startFailed(error: unknown, again: boolean): unknown {
    if (this.#stopping.signal.aborted) {
      this.#setState('idle');
      return this.#stopped();
    }
    // Thrown by the start hook (no audit, no start): not a failure of the server.
    if (!(error instanceof UpstreamError)) {
      this.#setState('idle');
      return error;
    }
    this.#failures++;
    this.#retryAt = this.#parts.clock.monotonic() + backoffDelay(this.#failures, error.kind);
    this.#setState(error.kind === 'command_not_found' ? 'failed' : 'backoff');
    this.#failed(error, this.#begun);
    if (again) this.#parts.report.restarted();
    return error;
  }

  /** New requests would be lost and go to another instance; those already sent to this one wait for the cause of its end. */
  #instanceEnding(instance: RunningInstance): void {
    if (this.#instance !== instance) return;
    this.#letGo();
    this.#ending.add(instance);
    this.#leave(
      instance,
      instance.ended.then(() => instance.close()),
    );
  }

  #instanceEnded(instance: RunningInstance, ended: Awaited<RunningInstance['ended']>): void {
    if (this.#instance === instance) this.#letGo();
    else if (!this.#ending.delete(instance)) return;
    if (ended.end.expected) return;
    // Servers may exit when idle. Even after a crash the next call starts another without a back-off: the start had succeeded.
    if (!ended.clean) this.#failed(ended.error, instance);
    // Its process may still run although its channel has ended.
    this.#leave(instance);
  }

  #leave(instance: RunningInstance, gone = instance.close()): void {
    const leaving = gone.finally(() => this.#leaving.delete(leaving));
    this.#leaving.add(leaving);
  }

  /** The server ended this instance's session: pending answers are awaited, all new requests go to a new instance. */
  #renew(expired: RunningInstance): Promise<Instance> {
    if (this.#instance === expired) {
      this.#letGo();
      this.#leave(expired, expired.retire(this.#stopped()));
    }
    return this.acquire();
  }

  #failed(error: UpstreamError, instance: RunningInstance | undefined): void {
    const replaced = instance !== undefined && instance !== this.#begun;
    if (!replaced) {
      this.#lastError = error;
      this.#broken = true;
    }
    this.#parts.report.failed(error, instance, replaced);
    this.#parts.hooks
      .lifecycle({ type: 'error', serverId: this.#server.id, owner: this.owner, error })
      // The gateway reports its own errors; the failure has already happened.
      .catch(() => undefined);
  }

  /** Removes the instance from this supervisor: it can't be acquired any more, and its end is expected. */
  #letGo(): RunningInstance | undefined {
    const instance = this.#instance;
    clearTimeout(this.#idleTimer);
    this.#instance = undefined;
    this.#ready = undefined;
    if (instance) this.#setState('idle');
    return instance;
  }

  /** One timer per instance, rescheduled if calls came in between, so that calls themselves touch no timer. */
  #watchIdle(instance: RunningInstance): void {
    clearTimeout(this.#idleTimer);
    const idleMs = this.#idleMs(instance);
    const idleFor = this.#parts.clock.monotonic() - instance.lastUsed;
    const wait = !instance.unused ? idleMs : idleMs - idleFor;
    const look = (): void => {
      const idle = this.#parts.clock.monotonic() - instance.lastUsed;
      if (instance.unused && idle >= this.#idleMs(instance)) this.#stopIdle();
      else this.#watchIdle(instance);
    };
    // A timer can fire slightly early, measured by the other clock.
    this.#idleTimer = setTimeout(look, Math.min(Math.max(wait, 0) + 1, 2 ** 31 - 1)).unref();
  }

  /** An instance that only served list requests is kept for a shorter time, unless a person started it. */
  #idleMs({ called }: RunningInstance): number {
    const idleMs = this.#server.idleStopS * 1_000;
    return called || this.owner.via === 'management' ? idleMs : Math.min(idleMs, limits.listedOnlyMs);
  }

  #notYet(wait: number): UpstreamError {
    const seconds = (wait / 1_000).toFixed(1);
    const last = this.#lastError;
    // The next caller, often the same, should see the first failure itself, and every caller a failure that a person must fix.
    const lasting = last?.kind === 'command_not_found' || last?.kind === 'sign_in_needed';
    if (last && (lasting || this.#failures === 1)) return last;
    return new UpstreamError(
      'backoff',
      `Server "${this.#server.id}" failed to start ${this.#failures} times in a row and is started again in ${seconds} s ` +
        `at the earliest.${last ? ` The failure: ${last.message}` : ''}`,
      last?.operatorDetail,
    );
  }

  #stopped(): UpstreamError {
    return new UpstreamError('stopped', `Server "${this.#server.id}" is being stopped.`);
  }

  #setState(state: ServerState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#parts.report.stateChanged();
  }
}
