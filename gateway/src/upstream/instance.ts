import type { Clock } from '../clock.ts';
import { UpstreamError } from '../errors.ts';
import type { Server } from '../registry/types.ts';
import { handshake } from './handshake.ts';
import { Router } from './router.ts';
import type {
  Channel,
  ChannelEnd,
  Instance,
  LifecycleEvent,
  OpenChannel,
  Owner,
  PoolHooks,
  RequestOptions,
  UpstreamAnswer,
  Via,
} from './types.ts';

export interface InstanceParts {
  readonly server: Server;
  readonly owner: Owner;
  readonly open: OpenChannel;
  readonly hooks: PoolHooks;
  readonly clock: Clock;
}

type Params = Readonly<Record<string, unknown>>;

/** A server that was started: its channel, its router, and what became of them. */
export class RunningInstance implements Instance {
  readonly serverId: string;
  initializeResult: Params = {};
  /** Monotonic milliseconds. */
  readonly startedAt: number;
  lastUsed: number;
  /** Resolves once, when the channel is gone, with the error that whatever waited for it was given. */
  readonly ended: Promise<{ readonly end: ChannelEnd; readonly error: UpstreamError }>;

  readonly #parts: InstanceParts;
  readonly #router: Router;
  readonly #ended = Promise.withResolvers<{ readonly end: ChannelEnd; readonly error: UpstreamError }>();
  #channel: Channel | undefined;
  /** Why it ended, when the reason is the server's. */
  #failure: UpstreamError | undefined;
  #retired: UpstreamError | undefined;
  #stoppedVia: Via | undefined;

  private constructor(parts: InstanceParts) {
    this.#parts = parts;
    this.serverId = parts.server.id;
    this.startedAt = this.lastUsed = parts.clock.monotonic();
    this.ended = this.#ended.promise;
    this.#router = new Router({
      serverId: this.serverId,
      clock: parts.clock,
      send: (text, about) => this.#channel?.send(text, about) ?? Promise.reject(this.#stopped()),
      onNotification: (method, params) =>
        parts.hooks.notification({ serverId: this.serverId, method, params }, parts.owner),
      onAnomaly: (what, count) => this.#report({ type: 'anomaly', what, count }),
      onUnusable: (error) => this.#giveUp(error),
      onIdle: () => this.#idle(),
    });
  }

  /**
   * Announces the start, opens the channel and initializes.
   * @param begun gets the instance before it is of use: what it wrote to stderr tells why it never was
   * @throws UpstreamError; what the `start` hook rejected with, when it did
   */
  static async start(
    parts: InstanceParts,
    signal: AbortSignal,
    begun: (instance: RunningInstance) => void,
  ): Promise<RunningInstance> {
    const { server, owner, hooks } = parts;
    await hooks.lifecycle({ type: 'start', serverId: server.id, owner, runtime: server.runtime });
    const instance = new RunningInstance(parts);
    begun(instance);
    await instance.#open(signal);
    return instance;
  }

  get inFlight(): number {
    return this.#router.inFlight;
  }

  request(method: string, params: Params | undefined, options: RequestOptions): Promise<UpstreamAnswer> {
    if (this.#retired) return Promise.reject(this.#retired);
    this.lastUsed = this.#parts.clock.monotonic();
    return this.#router.request(method, params, options);
  }

  notify(method: string, params?: Params): void {
    this.#router.notify(method, params);
  }

  stderrTail(): string {
    return this.#channel?.stderrTail() ?? '';
  }

  /** Takes no new requests, lets those that run finish, and ends. Resolves when it has ended. */
  async retire(error: UpstreamError, via?: Via): Promise<void> {
    this.#retired ??= error;
    this.#stoppedVia ??= via;
    if (this.inFlight === 0) await this.close();
    else await this.ended;
  }

  /** Ends at once; what runs fails. Resolves when its last process is gone. */
  async close(): Promise<void> {
    this.#retired ??= this.#failure ?? this.#stopped();
    this.#router.end(this.#retired);
    await this.#channel?.close();
  }

  async #open(signal: AbortSignal): Promise<void> {
    const { server, open } = this.#parts;
    this.#channel = await open(
      server,
      {
        message: (text, bytes) => this.#router.receive(text, bytes),
        oversized: (message) => this.#router.receiveOversized(message),
        end: (end) => this.#channelEnded(end),
      },
      signal,
    );
    try {
      const { protocolVersion, initializeResult } = await handshake(this.#router, server, signal);
      this.initializeResult = initializeResult;
      this.#channel.negotiated?.(protocolVersion);
      this.#router.notify('notifications/initialized');
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  #idle(): void {
    this.lastUsed = this.#parts.clock.monotonic();
    if (this.#retired) void this.close();
  }

  #giveUp(error: UpstreamError): void {
    if (this.#failure) return;
    this.#failure = error;
    this.#router.end(error);
    this.#ended.resolve({ end: { expected: false, code: null, signal: null, error }, error });
    void this.close();
  }

  #channelEnded(given: ChannelEnd): void {
    // A channel that we closed, but for a reason that is the server's, did not end as expected.
    const end = this.#failure ? { ...given, expected: false, error: this.#failure } : given;
    const error = end.error ?? (end.expected ? this.#stopped() : exitError(this.serverId, end));
    if (!end.expected) this.#failure = error;
    this.#router.end(error);
    const uptimeMs = Math.round(this.#parts.clock.monotonic() - this.startedAt);
    const { expected, code, signal } = end;
    const via = this.#stoppedVia;
    this.#report({ type: 'exit', expected, code, signal, uptimeMs, ...(via && { via }) });
    this.#ended.resolve({ end, error });
  }

  #stopped(): UpstreamError {
    return new UpstreamError('stopped', `Server "${this.serverId}" was stopped.`);
  }

  #report(event: ReportedEvent): void {
    const { owner, hooks } = this.#parts;
    // Never awaited: what has happened has happened, and the gateway reports its own trouble itself.
    hooks.lifecycle({ ...event, serverId: this.serverId, owner }).catch(() => undefined);
  }
}

type WithoutSource<E> = E extends unknown ? Omit<E, 'serverId' | 'owner'> : never;
type ReportedEvent = WithoutSource<Extract<LifecycleEvent, { type: 'exit' | 'anomaly' }>>;

function exitError(serverId: string, { code, signal }: ChannelEnd): UpstreamError {
  const how =
    signal !== null ? `was ended by signal ${signal}` : code === null ? 'ended' : `exited with code ${code}`;
  return new UpstreamError('exited', `Server "${serverId}" ${how} before it answered.`);
}
