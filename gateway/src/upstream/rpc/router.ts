import type { UpstreamError } from '../../errors.ts';
import { mayTakePlace } from '../../places.ts';
import { limits } from '../limits.ts';
import { IncomingMessages, type IncomingOptions } from './incomingMessages.ts';
import { PendingRequests, type Pending } from './pendingRequests.ts';
import { TimeLimit, type TimeLimits } from './limits/timeLimit.ts';
import { withOwnProgressToken } from './progress/progressToken.ts';
import { asSendError, cancelledError, serverError } from './routerErrors.ts';
import type { Message } from './rpcMessage.ts';
import { ServerRequests, type Askable } from './serverRequests.ts';
import type {
  Era,
  Outgoing,
  OversizedMessage,
  QuestionAnswer,
  RequestOptions,
  UpstreamAnswer,
} from '../types.ts';
import { whenWritten, writeLarge } from './writeLarge.ts';

export interface RouterOptions extends IncomingOptions {
  send(text: string, about?: Outgoing): Promise<void>;
  /** The roots of the client that the channel's instance serves. */
  roots?(): Promise<QuestionAnswer> | undefined;
  /** The last unanswered request was settled. */
  onIdle(): void;
}

/** A long-lived request that is no client's call: it has no time limit and does not keep the instance from being idle. */
export interface StandingRequest {
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/**
 * Requests and answers of one channel: every request gets an id of the router's own, so that the ids of callers can't
 * collide, and every answer is matched to its request (JSON-RPC 2.0, sections 4 and 5).
 */
export class Router {
  readonly #options: RouterOptions;
  readonly #pending: PendingRequests;
  /** Determines how requests are cancelled. */
  era: Era = 'legacy';
  readonly #serverRequests: ServerRequests;
  readonly #incoming: IncomingMessages;
  #ended: UpstreamError | undefined;

  constructor(options: RouterOptions) {
    this.#options = options;
    this.#pending = new PendingRequests(() => options.onIdle());
    this.#serverRequests = new ServerRequests({
      find: (within) => this.#pending.askables(within, options.shared),
      roots: () => (options.shared ? undefined : options.roots?.()),
      answer: (id, answer) =>
        void whenWritten(options.serverId, { jsonrpc: '2.0', id, ...answer }, (text) =>
          this.#sendQuietly(text),
        ),
    });
    this.#incoming = new IncomingMessages(options, this.#pending, this.#serverRequests);
  }

  /** Unanswered calls, without standing requests. */
  get inFlight(): number {
    return this.#pending.inFlight;
  }

  /** Whether a call of another session is in flight. */
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
    const message = { jsonrpc: '2.0', id, method, params: ownParams };
    const { headers, probe, large, clientId: whose } = options;
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
      const about = { ...(headers && { headers }), ...(probe === true && { probe }) };
      if (large === true) void this.#sendInSlices(id, message, about, whose ?? '');
      else this.#send(id, JSON.stringify(message), about);
      if (options.conversation) this.#serverRequests.begun();
    });
  }

  /** Sends a request that stays open until the server ends it, such as `subscriptions/listen`. @throws UpstreamError */
  stand(method: string, params: Message, { signal, headers }: StandingRequest): Promise<UpstreamAnswer> {
    if (this.#ended) return Promise.reject(this.#ended);
    if (signal.aborted) return Promise.reject(cancelledError());
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

  /** Like `notify`, but resolves once the server has read it, or the send has failed. */
  async notified(method: string): Promise<void> {
    const text = JSON.stringify({ jsonrpc: '2.0', method });
    if (!this.#ended) await this.#options.send(text).catch(() => undefined);
  }

  /** Resolves once everything received so far has been read; undefined if it already has. */
  get reading(): Promise<void> | undefined {
    return this.#incoming.reading;
  }

  /** Reads one incoming message; returns a promise if that takes more than one turn. */
  receive(text: string, bytes: number, within?: number): Promise<void> | undefined {
    return this.#incoming.receive(text, bytes, within);
  }

  /** Takes the kept parts of an oversized message: the request that it answers fails, no other. */
  receiveOversized(message: OversizedMessage): void {
    this.#incoming.receiveOversized(message);
  }

  /** The channel has ended: pending and future requests fail with this error. */
  end(error: UpstreamError): void {
    if (this.#ended) return;
    this.#ended = error;
    this.#incoming.end();
    this.#serverRequests.end();
    for (const id of this.#pending.ids()) this.#pending.take(id)?.reject(error);
  }

  #rejection(signal: AbortSignal | undefined, clientId: string | undefined): UpstreamError | undefined {
    if (this.#ended) return this.#ended;
    if (signal?.aborted) return cancelledError();
    const total = limits.inFlightRequests;
    const taken = this.#pending.size;
    const own = clientId === undefined ? 0 : this.#pending.countOf(clientId);
    if (clientId !== undefined && !mayTakePlace({ total, taken, own }))
      return serverError(
        this.#options.serverId,
        'overloaded',
        `has ${taken} unanswered requests already, ${own} of them of this client. Try again later.`,
      );
    if (taken < total) return undefined;
    return serverError(
      this.#options.serverId,
      'overloaded',
      `has ${taken} unanswered requests already. Try again later.`,
    );
  }

  #askableFor({ conversation }: RequestOptions, limit: TimeLimit): Pick<Pending, 'askable' | 'over'> {
    if (!conversation) return { askable: undefined, over: undefined };
    // Created on demand: most calls are asked nothing.
    let over: AbortController | undefined;
    const askable: Askable = {
      conversation,
      over: () => (over ??= new AbortController()).signal,
      pause: () => limit.pause(),
      resume: () => limit.resume(),
    };
    return { askable, over: () => over?.abort() };
  }

  #limit(id: number, method: string, limits: TimeLimits): TimeLimit {
    return new TimeLimit(this.#options.clock, limits, (afterMs, progress) => {
      const more = progress ? ', counted from its progress or to the limit for all' : '';
      const message = `did not answer ${method} within ${afterMs / 1_000} s${more}.`;
      this.#giveUp(
        id,
        method,
        serverError(this.#options.serverId, 'timeout', message),
        'The request timed out.',
      );
    });
  }

  #listen(id: number, method: string, signal: AbortSignal): () => void {
    const abort = (): void => this.#giveUp(id, method, cancelledError(), 'The caller cancelled the request.');
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

  /** Fails the request if it can't be sent. */
  #send(id: number, text: string, about: Omit<Outgoing, 'request'>): void {
    this.#options.send(text, { request: id, ...about }).catch((error: unknown) => {
      this.#pending.take(id)?.reject(asSendError(this.#options.serverId, error));
    });
  }

  /** What else the process has to do goes on while a large message is written; not sent if nobody waits for it any more. */
  async #sendInSlices(
    id: number,
    message: Message,
    about: Omit<Outgoing, 'request'>,
    clientId: string,
  ): Promise<void> {
    const parts = await writeLarge(clientId, message);
    if (this.waits(id)) this.#send(id, parts.join(''), about);
  }

  /** For messages without an answer: a failed channel is reported by its end. */
  #sendQuietly(text: string, about?: Outgoing): void {
    this.#options.send(text, about).catch(() => undefined);
  }
}
