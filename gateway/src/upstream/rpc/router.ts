import { UpstreamError } from '../../errors.ts';
import type { Clock } from '../../clock.ts';
import { mayTakePlace } from '../../places.ts';
import { idOfOversized } from '../framing/discarded.ts';
import { limits } from '../limits.ts';
import { Anomalies, type Anomaly } from './anomalies.ts';
import { GarbageLimit } from './limits/garbageLimit.ts';
import { MessageReader } from './messageReader.ts';
import { largestMessage, tooLargeMessage } from '../messageLimit.ts';
import { ownId } from './ownId.ts';
import { PendingRequests, type Pending } from './pendingRequests.ts';
import { ProgressRelay } from './progress/progressRelay.ts';
import { TimeLimit, type TimeLimits } from './limits/timeLimit.ts';
import { withOwnProgressToken } from './progress/progressToken.ts';
import { asRpcError, isAnswer, isErrorWithoutId, isRequestId, isTask, type Message } from './rpcMessage.ts';
import { ServerRequests, type Askable } from './serverRequests.ts';
import type {
  Era,
  Outgoing,
  OversizedMessage,
  QuestionAnswer,
  RequestOptions,
  UpstreamAnswer,
} from '../types.ts';

export interface RouterOptions {
  /** For the words of errors. */
  readonly serverId: string;
  /** Several clients share the channel: what is not tied to one request by the transport is tied to nobody. */
  readonly shared: boolean;
  readonly clock: Clock;
  send(text: string, about?: Outgoing): Promise<void>;
  /** A notification that belongs to no request. */
  onNotification(method: string, params: unknown): void;
  /** The roots of the client that the channel's instance works for. */
  roots?(): Promise<QuestionAnswer> | undefined;
  /** The limit of one message, in bytes; `limits.message` when left out. */
  readonly largestMessage?: () => number;
  readonly onAnomaly: (what: Anomaly, count: number) => void;
  /** The server exceeded the limit of invalid messages; it should be stopped. */
  onUnusable(error: UpstreamError): void;
  /** The last unanswered request was settled. */
  onIdle(): void;
}

/** A request that is not the call of a client: it has no time limit and keeps nobody from being idle. */
export interface StandingRequest {
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/**
 * Requests and answers of one channel: every request gets an id of the router's own, so that no caller's id meets
 * another's, and every answer finds the one request it belongs to (JSON-RPC 2.0, sections 4 and 5).
 */
export class Router {
  readonly #options: RouterOptions;
  readonly #anomalies: Anomalies;
  readonly #pending: PendingRequests;
  readonly #reader: MessageReader;
  readonly #garbage: GarbageLimit;
  readonly #progress: ProgressRelay;
  /** How requests are given up is a matter of the era. */
  era: Era = 'legacy';
  readonly #serverRequests: ServerRequests;
  #ended: UpstreamError | undefined;

  constructor(options: RouterOptions) {
    this.#options = options;
    this.#anomalies = new Anomalies(options.clock, options.onAnomaly);
    this.#pending = new PendingRequests(() => options.onIdle());
    this.#progress = new ProgressRelay(this.#pending);
    this.#garbage = new GarbageLimit(() => options.onUnusable(this.#unusable()));
    this.#reader = new MessageReader({
      message: (message, bytes, within) => this.#dispatch(message, bytes, within),
      garbage: (bytes) => this.#invalid(bytes),
    });
    this.#serverRequests = new ServerRequests({
      find: (within) => this.#askables(within),
      roots: () => (options.shared ? undefined : options.roots?.()),
      answer: (id, answer) => this.#sendQuietly(JSON.stringify({ jsonrpc: '2.0', id, ...answer })),
    });
  }

  /** Calls without an answer; standing requests are none. */
  get inFlight(): number {
    return this.#pending.inFlight;
  }

  /** Whether a call of another session is under way. */
  servesOther(sessionId: string): boolean {
    for (const { askable } of this.#pending.all()) {
      const other = askable?.conversation.sessionId;
      if (other !== undefined && other !== sessionId) return true;
    }
    return false;
  }

  /** Whether this request still waits for its answer. */
  waits(request: number): boolean {
    return this.#pending.has(request);
  }

  /** @throws UpstreamError */
  request(
    method: string,
    params: Message | undefined,
    options: RequestOptions & { readonly probe?: boolean },
  ): Promise<UpstreamAnswer> {
    const clientId = this.#options.shared ? options.clientId : undefined;
    const rejection = this.#rejection(options.signal, clientId);
    if (rejection) return Promise.reject(rejection);
    const id = this.#pending.nextId();
    const ownParams = withOwnProgressToken(params, options.progress ? id : undefined);
    const text = JSON.stringify({ jsonrpc: '2.0', id, method, params: ownParams });
    const { headers, probe } = options;
    return new Promise((resolve, reject) => {
      const limit = this.#limit(id, method, options);
      this.#pending.add(id, {
        resolve,
        reject,
        limit,
        progress: options.progress,
        stopListening: options.signal && this.#listen(id, method, options.signal),
        ...this.#askableFor(options, limit),
        standing: false,
        clientId,
      });
      this.#send(id, text, { ...(headers && { headers }), ...(probe === true && { probe }) });
      if (options.conversation) this.#serverRequests.begun();
    });
  }

  /** A request that stands for as long as the server lets it, such as `subscriptions/listen`. @throws UpstreamError */
  stand(method: string, params: Message, { signal, headers }: StandingRequest): Promise<UpstreamAnswer> {
    if (this.#ended) return Promise.reject(this.#ended);
    if (signal.aborted) return Promise.reject(this.#cancelled());
    const id = this.#pending.nextId();
    return new Promise((resolve, reject) => {
      const stopListening = this.#listen(id, method, signal);
      const none = {
        limit: undefined,
        progress: undefined,
        askable: undefined,
        over: undefined,
        clientId: undefined,
      };
      this.#pending.add(id, { resolve, reject, stopListening, standing: true, ...none });
      const text = JSON.stringify({ jsonrpc: '2.0', id, method, params });
      this.#send(id, text, { ...(headers && { headers }) });
    });
  }

  notify(method: string, params?: Message): void {
    if (!this.#ended) this.#sendQuietly(JSON.stringify({ jsonrpc: '2.0', method, params }));
  }

  /** Like `notify`, resolving once the server has taken it, or could not. */
  async notified(method: string): Promise<void> {
    const text = JSON.stringify({ jsonrpc: '2.0', method });
    if (!this.#ended) await this.#options.send(text).catch(() => undefined);
  }

  /** Resolves once everything received so far has been read; undefined when it has. */
  get reading(): Promise<void> | undefined {
    return this.#reader.reading;
  }

  /** Takes one incoming message: resolves when it was read, undefined when that is done already. */
  receive(text: string, bytes: number, within?: number): Promise<void> | undefined {
    return this.#reader.receive(text, bytes, within);
  }

  /** Takes what is left of a message above the limit: the request it answers fails, all others go on. */
  receiveOversized(message: OversizedMessage): void {
    this.#anomalies.add('oversized');
    const id = idOfOversized(message);
    const pending = id === undefined ? undefined : this.#pending.take(id);
    if (!pending) {
      this.#garbage.add(message.bytes);
      return;
    }
    this.#garbage.reset();
    pending.reject(
      this.#error('too_large', tooLargeMessage(String(message.bytes), largestMessage(this.#options))),
    );
  }

  /** The channel is gone: whatever waits fails with this error, and so does what comes. */
  end(error: UpstreamError): void {
    if (this.#ended) return;
    this.#ended = error;
    this.#reader.end();
    this.#anomalies.flush();
    this.#serverRequests.end();
    for (const id of this.#pending.ids()) this.#pending.take(id)?.reject(error);
  }

  #rejection(signal: AbortSignal | undefined, clientId: string | undefined): UpstreamError | undefined {
    if (this.#ended) return this.#ended;
    if (signal?.aborted) return this.#cancelled();
    const total = limits.inFlightRequests;
    const taken = this.#pending.size;
    const own = clientId === undefined ? 0 : this.#pending.countOf(clientId);
    if (clientId !== undefined && !mayTakePlace({ total, taken, own }))
      return this.#error(
        'overloaded',
        `has ${taken} unanswered requests already, ${own} of them of this client. Try again later.`,
      );
    if (taken < total) return undefined;
    return this.#error('overloaded', `has ${taken} unanswered requests already. Try again later.`);
  }

  #askableFor({ conversation }: RequestOptions, limit: TimeLimit): Pick<Pending, 'askable' | 'over'> {
    if (!conversation) return { askable: undefined, over: undefined };
    // Most calls are asked nothing.
    let over: AbortController | undefined;
    const askable: Askable = {
      conversation,
      over: () => (over ??= new AbortController()).signal,
      pause: () => limit.pause(),
      resume: () => limit.resume(),
    };
    return { askable, over: () => over?.abort() };
  }

  /** The requests that something of the server may belong to, the newest last. */
  #askables(within: number | undefined): readonly Askable[] {
    if (within === undefined && this.#options.shared) return [];
    const all = within === undefined ? this.#pending.all() : [this.#pending.get(within)];
    return all.flatMap((pending) => pending?.askable ?? []);
  }

  #limit(id: number, method: string, limits: TimeLimits): TimeLimit {
    return new TimeLimit(this.#options.clock, limits, (afterMs, progress) => {
      const more = progress ? ', counted from its progress or to the limit for all' : '';
      const message = `did not answer ${method} within ${afterMs / 1_000} s${more}.`;
      this.#giveUp(id, method, this.#error('timeout', message), 'The request timed out.');
    });
  }

  #listen(id: number, method: string, signal: AbortSignal): () => void {
    const abort = (): void =>
      this.#giveUp(id, method, this.#cancelled(), 'The caller cancelled the request.');
    signal.addEventListener('abort', abort, { once: true });
    return () => signal.removeEventListener('abort', abort);
  }

  #giveUp(id: number, method: string, error: UpstreamError, reason: string): void {
    const pending = this.#pending.giveUp(id);
    if (!pending) return;
    // A client must not cancel initialize (specification 2025-11-25, cancellation).
    if (method !== 'initialize' && method !== 'server/discover') {
      const params = { requestId: id, reason };
      this.#sendQuietly(JSON.stringify({ jsonrpc: '2.0', method: 'notifications/cancelled', params }), {
        cancels: id,
      });
    }
    pending.reject(error);
  }

  #dispatch(message: unknown, bytes: number, within: number | undefined): void {
    if (typeof message !== 'object' || message === null || Array.isArray(message)) {
      this.#invalid(bytes);
      return;
    }
    const { id, method, params } = message as Message;
    if (typeof method === 'string') {
      if (id === undefined) this.#notification(method, params, within);
      else if (isRequestId(id)) this.#serverRequests.take(id, method, params, within);
      else {
        this.#invalid(bytes);
        return;
      }
      this.#garbage.reset();
    } else if (isAnswer(message as Message)) {
      this.#answer(id, message as Message, bytes, within);
      this.#garbage.reset();
    } else {
      this.#invalid(bytes);
    }
  }

  #answer(given: unknown, message: Message, bytes: number, within: number | undefined): void {
    const id = isErrorWithoutId(message) ? (within ?? this.#pending.onlyOne()) : ownId(given);
    const pending = id === undefined ? undefined : this.#pending.take(id);
    if (id === undefined || !pending) {
      this.#strayAnswer(id);
      return;
    }
    // Some servers write both members, the one that does not apply as null.
    if (message['error'] === undefined || (message['error'] === null && 'result' in message)) {
      if (pending.progress && isTask(message['result'])) this.#progress.keep(id, pending.progress);
      pending.resolve({ result: message['result'], bytes });
    } else pending.resolve({ error: asRpcError(message['error']), bytes });
  }

  #strayAnswer(id: number | undefined): void {
    if (id !== undefined && this.#pending.wasGivenUp(id)) return;
    const asked = id !== undefined && this.#pending.wasSent(id);
    this.#anomalies.add(asked ? 'duplicate_answer' : 'unknown_id');
  }

  #notification(method: string, params: unknown, within: number | undefined): void {
    if (method === 'notifications/progress') this.#progress.notify(params);
    else if (method === 'notifications/cancelled') this.#cancelledByServer(params);
    else if (method === 'notifications/message') this.#logMessage(method, params, within);
    else this.#options.onNotification(method, params);
  }

  /** The server gives up a question of its own, or (in the modern era) a standing request of ours. */
  #cancelledByServer(params: unknown): void {
    const given = (params as Message | null | undefined)?.['requestId'];
    const id = ownId(given);
    const standing = id !== undefined && this.#pending.get(id)?.standing === true;
    if (standing) this.#pending.take(id)?.reject(this.#cancelled());
    else this.#serverRequests.cancelled(given);
  }

  /** What a server logs during a call belongs to the call, as far as there is one that it can belong to. */
  #logMessage(method: string, params: unknown, within: number | undefined): void {
    const askable = this.#askables(within).at(-1);
    if (askable) askable.conversation.notify(method, params);
    else if (!this.#options.shared) this.#options.onNotification(method, params);
  }

  /** Fails the request where it can not be sent. */
  #send(id: number, text: string, about: Omit<Outgoing, 'request'>): void {
    this.#options.send(text, { request: id, ...about }).catch((error: unknown) => {
      this.#pending.take(id)?.reject(this.#asUpstreamError(error));
    });
  }

  /** For messages nobody waits for: if the channel fails, its end tells. */
  #sendQuietly(text: string, about?: Outgoing): void {
    this.#options.send(text, about).catch(() => undefined);
  }

  #invalid(bytes: number): void {
    this.#anomalies.add('garbage');
    this.#garbage.add(bytes);
  }

  #unusable(): UpstreamError {
    const text = 'writes something other than JSON-RPC messages to its output and was stopped.';
    return this.#error('protocol', text);
  }

  #cancelled(): UpstreamError {
    return new UpstreamError('cancelled', 'The caller cancelled the request.');
  }

  #error(kind: UpstreamError['kind'], message: string): UpstreamError {
    return new UpstreamError(kind, `Server "${this.#options.serverId}" ${message}`);
  }

  #asUpstreamError(error: unknown): UpstreamError {
    if (error instanceof UpstreamError) return error;
    return new UpstreamError(
      'protocol',
      `The message to server "${this.#options.serverId}" could not be sent.`,
      String(error),
    );
  }
}
