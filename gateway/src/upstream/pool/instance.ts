import type { Clock } from '../../clock.ts';
import { UpstreamError } from '../../errors.ts';
import { inTime } from '../../inTime.ts';
import type { Server } from '../../registry/types.ts';
import { handshake, type KnownEras } from '../rpc/handshake.ts';
import { withInputRounds } from '../rpc/inputRounds.ts';
import { ListenStream } from '../rpc/listenStream.ts';
import { inEnvelope, standardHeaders } from '../rpc/modernEnvelope.ts';
import { Router } from '../rpc/router.ts';
import { isLargeValue } from '../rpc/writeLarge.ts';
import { SessionExpiredError } from '../sessionExpired.ts';
import { withoutSecrets } from '../secrets/withoutSecrets.ts';
import { InstanceOutput } from '../output/instanceOutput.ts';
import type { OutputLog } from '../output/outputLog.ts';
import { exitError } from './stoppedErrors.ts';
import { CountedSubscriptions } from './subscriptions.ts';
import type {
  Channel,
  ChannelEnd,
  Era,
  Instance,
  LifecycleEvent,
  OpenChannel,
  Owner,
  PoolHooks,
  PoolListener,
  RequestOptions,
  UpstreamAnswer,
  Via,
} from '../types.ts';

/** Milliseconds that a server has to read `notifications/initialized` before the first request follows. */
const initializedPatienceMs = 5_000;

export interface InstanceParts {
  readonly server: Server;
  readonly owner: Owner;
  readonly open: OpenChannel;
  readonly hooks: PoolHooks;
  readonly events: Required<PoolListener>;
  readonly clock: Clock;
  /** The log of its server's output. */
  readonly output: OutputLog;
  /** The session that last used the instance or changed its roots; requests outside of any call go to it. */
  readonly lastSession: () => string | null;
  /** The server's eras, known from earlier starts. */
  readonly eras?: KnownEras;
  /** Returns the instance that replaces one whose session the server has ended. */
  readonly renew: (expired: RunningInstance) => Promise<Instance>;
}

type Params = Readonly<Record<string, unknown>>;

interface InstanceEnd {
  readonly end: ChannelEnd;
  readonly error: UpstreamError;
  /** It exited by itself without a failure, while no request was pending. */
  readonly clean: boolean;
}

/** A started server: its channel, its router, and how they ended. */
export class RunningInstance implements Instance {
  readonly serverId: string;
  initializeResult: Params = {};
  readonly subscriptions: CountedSubscriptions;
  /** Monotonic milliseconds. */
  readonly startedAt: number;
  lastUsed: number;
  called = false;
  /** Resolves when the server accepts nothing more; `ended` follows once the cause is known. */
  readonly ending: Promise<undefined>;
  /** Resolves when the channel has ended, with the error that pending requests failed with. */
  readonly ended: Promise<InstanceEnd>;

  readonly #parts: InstanceParts;
  readonly #router: Router;
  readonly #output: InstanceOutput;
  readonly #ending = Promise.withResolvers<undefined>();
  readonly #ended = Promise.withResolvers<InstanceEnd>();
  #channel: Channel | undefined;
  #listening: ListenStream | undefined;
  /** The cause of its end, if the server is at fault. */
  #failure: UpstreamError | undefined;
  #retired: UpstreamError | undefined;
  #stoppedVia: Via | undefined;

  private constructor(parts: InstanceParts) {
    this.#parts = parts;
    this.serverId = parts.server.id;
    this.#output = new InstanceOutput(parts.output, parts.server, parts.owner);
    this.startedAt = this.lastUsed = parts.clock.monotonic();
    this.ending = this.#ending.promise;
    this.ended = this.#ended.promise;
    this.#router = new Router({
      serverId: this.serverId,
      clock: parts.clock,
      shared: parts.server.scope === 'shared',
      send: (text, about) => this.#channel?.send(text, about) ?? Promise.reject(this.#stopped()),
      onNotification: (method, params) =>
        parts.events.notification({ serverId: this.serverId, method, params }, parts.owner),
      roots: () => parts.hooks.roots?.(this.serverId, { ...parts.owner, sessionId: parts.lastSession() }),
      ...(parts.hooks.largestMessage && { largestMessage: parts.hooks.largestMessage }),
      onNoise: (text) => this.#output.noise(text),
      onAnomaly: (what, count) => this.#report({ type: 'anomaly', what, count }),
      onUnusable: (error) => this.#giveUp(error),
      onIdle: () => this.#idle(),
    });
    this.subscriptions = new CountedSubscriptions({
      subscribe: (uri) => this.#subscribe(uri),
      unsubscribe: (uri) => this.#unsubscribe(uri),
    });
  }

  get era(): Era {
    return this.#router.era;
  }

  /**
   * Announces the start, opens the channel and initializes.
   * @param begun receives the instance before it is initialized: its stderr explains a failed start
   * @throws UpstreamError, or the rejection of the `start` hook
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
    await instance.#open(signal).catch((error: unknown) => instance.#output.notStarted(error));
    instance.#output.ready();
    return instance;
  }

  get inFlight(): number {
    return this.#router.inFlight;
  }

  /** No request is pending and no resource has a subscriber. */
  get unused(): boolean {
    return this.#router.inFlight === 0 && this.subscriptions.size === 0;
  }

  request(method: string, params: Params | undefined, options: RequestOptions): Promise<UpstreamAnswer> {
    if (this.#retired instanceof SessionExpiredError) return this.#inNewSession(method, params, options);
    if (this.#retired) return Promise.reject(this.#retired);
    this.lastUsed = this.#parts.clock.monotonic();
    this.called ||= !method.endsWith('/list');
    if (this.era === 'modern') return this.#modernRequest(method, params ?? {}, options);
    const answer = this.#router.request(method, params, options);
    return this.#parts.server.runtime === 'http'
      ? answer.catch((error: unknown) => this.#expired(error, method, params, options))
      : answer;
  }

  /** A request that was rejected because the session expired is sent again in a new session; other failures are final. */
  #expired(
    error: unknown,
    method: string,
    params: Params | undefined,
    options: RequestOptions,
  ): Promise<UpstreamAnswer> {
    if (!(error instanceof SessionExpiredError)) throw error;
    if (!this.#retired) this.#report({ type: 'anomaly', what: 'session_expired', count: 1 });
    this.#retired ??= error;
    if (error.unexecuted && options.resent !== true) return this.#inNewSession(method, params, options);
    void this.#parts.renew(this).catch(() => undefined);
    if (error.answer === undefined) throw error;
    return Promise.resolve(error.answer);
  }

  async #inNewSession(
    method: string,
    params: Params | undefined,
    options: RequestOptions,
  ): Promise<UpstreamAnswer> {
    const next = await this.#parts.renew(this);
    // The message was written for the era of this one.
    if (next.era !== this.era) throw this.#stopped();
    return next.request(method, params, { ...options, resent: true });
  }

  #modernRequest(method: string, params: Params, options: RequestOptions): Promise<UpstreamAnswer> {
    const { conversation, signal } = options;
    const announced = conversation?.announced ?? conversation?.capabilities;
    const send = (given: Params): Promise<UpstreamAnswer> => {
      const enveloped = inEnvelope(given, announced, conversation?.logLevel);
      const headers = { ...standardHeaders(method, given), ...options.headers };
      // The answers of the client, in a later round, may be larger than its request.
      const large = options.large === true || (given !== params && isLargeValue(given));
      return this.#router.request(method, enveloped, { ...options, headers, ...(large && { large }) });
    };
    if (!conversation || conversation.takesInputRequired) return send(params);
    return withInputRounds(this.serverId, conversation, params, signal ?? new AbortController().signal, send);
  }

  async #subscribe(uri: string): Promise<UpstreamAnswer | undefined> {
    if (this.#listening) {
      this.#listening.add(uri);
      return undefined;
    }
    const answer = await this.request('resources/subscribe', { uri }, this.#quick());
    return 'error' in answer ? answer : undefined;
  }

  async #unsubscribe(uri: string): Promise<void> {
    this.lastUsed = this.#parts.clock.monotonic();
    if (this.#listening) this.#listening.remove(uri);
    // The subscription is over for the gateway, even if the server rejects.
    else await this.request('resources/unsubscribe', { uri }, this.#quick()).catch(() => undefined);
  }

  #quick(): RequestOptions {
    return { timeoutMs: this.#parts.server.timeouts.toolsListS * 1_000 };
  }

  notify(method: string, params?: Params): void {
    this.#router.notify(method, params);
  }

  servesOther(sessionId: string | null): boolean {
    // A stateless server asks its questions in its answers.
    return sessionId !== null && this.era === 'legacy' && this.#router.servesOther(sessionId);
  }

  stderrTail(): string {
    return withoutSecrets(this.#parts.server, this.#channel?.stderrTail() ?? '');
  }

  /** Accepts no new requests, drains those in flight, and ends. Resolves when it has ended. */
  async retire(error: UpstreamError, via?: Via): Promise<void> {
    this.#retired ??= error;
    this.#stoppedVia ??= via;
    if (this.inFlight === 0) await this.close();
    else await this.ended;
  }

  /** Ends immediately; requests in flight fail. Resolves when its last process has ended. */
  async close(): Promise<void> {
    this.#retired ??= this.#failure ?? this.#stopped();
    this.#listening?.close();
    this.#router.end(this.#retired);
    await this.#channel?.close();
  }

  async #open(signal: AbortSignal): Promise<void> {
    const { server, open, owner, eras: known = {} } = this.#parts;
    this.#channel = await open(
      server,
      {
        ...(server.scope !== 'shared' && { clientId: owner.clientId }),
        message: (text, bytes, within) => this.#router.receive(text, bytes, within),
        oversized: (message) => this.#router.receiveOversized(message),
        ...(this.#parts.hooks.largestMessage && { largestMessage: this.#parts.hooks.largestMessage }),
        ...(this.#parts.hooks.unsent && { unsent: this.#parts.hooks.unsent(owner) }),
        waits: (request) => this.#router.waits(request),
        stderr: (chunk) => this.#output.stderr(chunk),
        ending: () => this.#ending.resolve(undefined),
        end: (end) => {
          // What the server sent before its end still counts.
          const { reading } = this.#router;
          if (reading === undefined) this.#channelEnded(end);
          else void reading.then(() => this.#channelEnded(end));
        },
      },
      signal,
    );
    try {
      const own = server.scope === 'shared' ? undefined : owner;
      const preferred = own?.era ?? 'legacy';
      const { capabilities, revision } = own ?? {};
      const options = { server, signal, capabilities, revision, preferred, known };
      const agreed = await handshake(this.#router, options);
      const { era, protocolVersion, initializeResult } = agreed;
      this.initializeResult = initializeResult;
      this.#router.era = era;
      this.#channel.negotiated?.(protocolVersion);
      // Strict servers reject requests that overtake it.
      if (era === 'legacy') await this.#initialized();
      else this.#listening = this.#listen();
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /** Waits until the server has read it, up to a limit. */
  async #initialized(): Promise<void> {
    await inTime(this.#router.notified('notifications/initialized'), initializedPatienceMs);
  }

  #listen(): ListenStream {
    const { capabilities } = this.initializeResult;
    return new ListenStream({ router: this.#router, capabilities: (capabilities ?? {}) as Params });
  }

  #idle(): void {
    this.lastUsed = this.#parts.clock.monotonic();
    if (this.#retired) void this.close();
  }

  #giveUp(error: UpstreamError): void {
    if (this.#failure) return;
    this.#failure = error;
    this.#router.end(error);
    const end = { expected: false, code: null, signal: null, error };
    this.#ended.resolve({ end, error, clean: false });
    void this.close();
  }

  #channelEnded(given: ChannelEnd): void {
    // If the server caused us to close the channel, that is not an expected end.
    const end = this.#failure ? { ...given, expected: false, error: this.#failure } : given;
    const error = end.error ?? (end.expected ? this.#stopped() : exitError(this.serverId, end));
    const clean = end.error === undefined && end.code === 0 && this.#router.inFlight === 0;
    if (!end.expected) this.#failure = error;
    this.#router.end(error);
    this.#output.end(end.expected ? undefined : error);
    const uptimeMs = Math.round(this.#parts.clock.monotonic() - this.startedAt);
    const { expected, code, signal } = end;
    const via = this.#stoppedVia;
    this.#report({ type: 'exit', expected, code, signal, uptimeMs, ...(via && { via }) });
    this.#ended.resolve({ end, error, clean });
  }

  #stopped(): UpstreamError {
    return new UpstreamError('stopped', `Server "${this.serverId}" was stopped.`);
  }

  #report(event: ReportedEvent): void {
    const { owner, hooks } = this.#parts;
    // Never awaited: the event has already happened, and the gateway reports its own errors.
    hooks.lifecycle({ ...event, serverId: this.serverId, owner }).catch(() => undefined);
  }
}

type WithoutSource<E> = E extends unknown ? Omit<E, 'serverId' | 'owner'> : never;
type ReportedEvent = WithoutSource<Extract<LifecycleEvent, { type: 'exit' | 'anomaly' }>>;
