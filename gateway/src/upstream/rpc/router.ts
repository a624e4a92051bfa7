import { RpcCode, UpstreamError } from '../../errors.ts';
import type { Clock } from '../../clock.ts';
import { parseLossless } from '../../json/lossless.ts';
import { numberIn } from '../../json/losslessNumber.ts';
import { readInSlices } from '../../json/losslessReader.ts';
import { Anomalies, type Anomaly } from './anomalies.ts';
import { idOfOversized } from '../framing/discarded.ts';
import { placesOfOne } from '../../places.ts';
import { limits } from '../limits.ts';
import { ownId } from './ownId.ts';
import { TimeLimit, type TimeLimits } from './timeLimit.ts';
import { withOwnProgressToken } from './progressToken.ts';
import { ServerRequests, type Askable } from './serverRequests.ts';
import { Tally } from './tally.ts';
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

interface Pending {
  readonly resolve: (answer: UpstreamAnswer) => void;
  readonly reject: (error: UpstreamError) => void;
  readonly limit: TimeLimit | undefined;
  readonly progress: RequestOptions['progress'];
  readonly stopListening: (() => void) | undefined;
  readonly askable: Askable | undefined;
  readonly over: (() => void) | undefined;
  readonly standing: boolean;
  /** On an instance that clients share. */
  readonly clientId: string | undefined;
}

type Message = Readonly<Record<string, unknown>>;

/** So many given-up requests are remembered, so that their late answers are not taken for anomalies. */
const rememberedGivenUp = 10_000;
const rememberedTasks = 1_000;
/** Told apart without the cost of a failed parse: a server may flood us with anything. */
const looksLikeMessage = /^\s*[{[]/;

/**
 * Requests and answers of one channel: every request gets an id of the router's own, so that no caller's id meets
 * another's, and every answer finds the one request it belongs to (JSON-RPC 2.0, sections 4 and 5).
 */
export class Router {
  readonly #options: RouterOptions;
  readonly #anomalies: Anomalies;
  readonly #pending = new Map<number, Pending>();
  /** How many of the waiting requests are whose. */
  readonly #ofClients = new Tally();
  readonly #givenUp = new Set<number>();
  /** Of calls that were answered with a task: their progress goes on (MCP 2025-11-25, basic/utilities/tasks). */
  readonly #ofTasks = new Map<number, RequestOptions['progress']>();
  /** How requests are given up is a matter of the era. */
  era: Era = 'legacy';
  readonly #serverRequests: ServerRequests;
  #standing = 0;
  #lastId = 0;
  #ended: UpstreamError | undefined;
  #bytesWithoutMessage = 0;
  /** Large messages that are being read, and what came after them. */
  #reading: Promise<void> | undefined;

  constructor(options: RouterOptions) {
    this.#options = options;
    this.#anomalies = new Anomalies(options.clock, options.onAnomaly);
    this.#serverRequests = new ServerRequests({
      find: (within) => this.#askables(within),
      roots: () => (options.shared ? undefined : options.roots?.()),
      answer: (id, answer) => this.#sendQuietly(JSON.stringify({ jsonrpc: '2.0', id, ...answer })),
    });
  }

  /** Calls without an answer; standing requests are none. */
  get inFlight(): number {
    return this.#pending.size - this.#standing;
  }

  /** Whether a call of another session is under way. */
  servesOther(sessionId: string): boolean {
    for (const { askable } of this.#pending.values()) {
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
    const id = ++this.#lastId;
    const ownParams = withOwnProgressToken(params, options.progress ? id : undefined);
    const text = JSON.stringify({ jsonrpc: '2.0', id, method, params: ownParams });
    const { headers, probe } = options;
    return new Promise((resolve, reject) => {
      const limit = this.#limit(id, method, options);
      this.#pending.set(id, {
        resolve,
        reject,
        limit,
        progress: options.progress,
        stopListening: options.signal && this.#listen(id, method, options.signal),
        ...this.#askableFor(options, limit),
        standing: false,
        clientId,
      });
      if (clientId !== undefined) this.#ofClients.add(clientId);
      const about = { request: id, ...(headers && { headers }), ...(probe === true && { probe }) };
      this.#options.send(text, about).catch((error: unknown) => {
        this.#take(id)?.reject(this.#asUpstreamError(error));
      });
      if (options.conversation) this.#serverRequests.begun();
    });
  }

  /** A request that stands for as long as the server lets it, such as `subscriptions/listen`. @throws UpstreamError */
  stand(method: string, params: Message, { signal, headers }: StandingRequest): Promise<UpstreamAnswer> {
    if (this.#ended) return Promise.reject(this.#ended);
    if (signal.aborted) return Promise.reject(this.#cancelled());
    const id = ++this.#lastId;
    this.#standing++;
    return new Promise((resolve, reject) => {
      const stopListening = this.#listen(id, method, signal);
      const none = {
        limit: undefined,
        progress: undefined,
        askable: undefined,
        over: undefined,
        clientId: undefined,
      };
      this.#pending.set(id, { resolve, reject, stopListening, standing: true, ...none });
      const text = JSON.stringify({ jsonrpc: '2.0', id, method, params });
      this.#options.send(text, { request: id, ...(headers && { headers }) }).catch((error: unknown) => {
        this.#take(id)?.reject(this.#asUpstreamError(error));
      });
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
    return this.#reading;
  }

  /**
   * Takes one incoming message. A large one is read in slices, what comes after it waits for its turn: resolves when the message
   * was read, undefined when that is done already.
   */
  receive(text: string, bytes: number, within?: number): Promise<void> | undefined {
    const quick = text.length <= limits.readWithoutPause || !looksLikeMessage.test(text);
    if (this.#reading === undefined && quick) {
      this.#read(text, bytes, within, parseLossless);
      return undefined;
    }
    const turn = (this.#reading ?? Promise.resolve())
      .then(() => this.#readInTurn(text, bytes, within))
      .finally(() => {
        if (this.#reading === turn) this.#reading = undefined;
      });
    this.#reading = turn;
    return turn;
  }

  async #readInTurn(text: string, bytes: number, within: number | undefined): Promise<void> {
    if (this.#ended || text.length <= limits.readWithoutPause) {
      this.#read(text, bytes, within, parseLossless);
      return;
    }
    const read = await readInSlices(text).then(
      (value) => () => value,
      (error: unknown) => () => {
        throw error;
      },
    );
    this.#read(text, bytes, within, read);
  }

  #read(text: string, bytes: number, within: number | undefined, parse: (text: string) => unknown): void {
    // Nobody is left to take it.
    if (this.#ended) return;
    if (!looksLikeMessage.test(text)) {
      this.#garbage(bytes);
      return;
    }
    let message: unknown;
    try {
      message = parse(text);
    } catch {
      this.#garbage(bytes);
      return;
    }
    // Batches exist in revision 2025-03-26 alone; reading them costs nothing.
    if (Array.isArray(message)) for (const item of message) this.#dispatch(item, bytes, within);
    else this.#dispatch(message, bytes, within);
  }

  /** Takes what is left of a message above the limit: the request it answers fails, all others go on. */
  receiveOversized(message: OversizedMessage): void {
    this.#anomalies.add('oversized');
    const id = idOfOversized(message);
    const pending = id === undefined ? undefined : this.#take(id);
    if (!pending) {
      this.#countUnusable(message.bytes);
      return;
    }
    this.#valid();
    pending.reject(
      this.#error(
        'too_large',
        `answered with ${mebibytes(message.bytes)} MiB; LMCP passes on ${mebibytes(limits.message)} MiB at most. ` +
          'Ask for less, a page at a time for instance.',
      ),
    );
  }

  /** The channel is gone: whatever waits fails with this error, and so does what comes. */
  end(error: UpstreamError): void {
    if (this.#ended) return;
    this.#ended = error;
    this.#anomalies.flush();
    this.#serverRequests.end();
    for (const id of [...this.#pending.keys()]) this.#take(id)?.reject(error);
  }

  #rejection(signal: AbortSignal | undefined, clientId: string | undefined): UpstreamError | undefined {
    if (this.#ended) return this.#ended;
    if (signal?.aborted) return this.#cancelled();
    const own = clientId === undefined ? 0 : this.#ofClients.count(clientId);
    if (own >= placesOfOne(limits.inFlightRequests))
      return this.#error(
        'overloaded',
        `has ${own} unanswered requests of this client already. Try again later.`,
      );
    if (this.#pending.size < limits.inFlightRequests) return undefined;
    return this.#error(
      'overloaded',
      `has ${this.#pending.size} unanswered requests already. Try again later.`,
    );
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
    const all = within === undefined ? [...this.#pending.values()] : [this.#pending.get(within)];
    return all.flatMap((pending) => pending?.askable ?? []);
  }

  #limit(id: number, method: string, limits: TimeLimits): TimeLimit {
    return new TimeLimit(this.#options.clock, limits, (afterMs, progress) => {
      const more = progress ? ', counted from its progress or to the limit for all' : '';
      const words = `did not answer ${method} within ${afterMs / 1_000} s${more}.`;
      this.#giveUp(id, method, this.#error('timeout', words), 'The request timed out.');
    });
  }

  #listen(id: number, method: string, signal: AbortSignal): () => void {
    const abort = (): void =>
      this.#giveUp(id, method, this.#cancelled(), 'The caller cancelled the request.');
    signal.addEventListener('abort', abort, { once: true });
    return () => signal.removeEventListener('abort', abort);
  }

  #giveUp(id: number, method: string, error: UpstreamError, reason: string): void {
    const pending = this.#take(id);
    if (!pending) return;
    this.#givenUp.add(id);
    if (this.#givenUp.size > rememberedGivenUp) {
      for (const oldest of this.#givenUp) {
        this.#givenUp.delete(oldest);
        break;
      }
    }
    // A client must not cancel initialize (specification 2025-11-25, cancellation).
    if (method !== 'initialize' && method !== 'server/discover') {
      const params = { requestId: id, reason };
      this.#sendQuietly(JSON.stringify({ jsonrpc: '2.0', method: 'notifications/cancelled', params }), {
        cancels: id,
      });
    }
    pending.reject(error);
  }

  /** Takes a request out of the waiting ones: after this nothing else settles it. */
  #take(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    if (!pending) return undefined;
    this.#pending.delete(id);
    if (pending.clientId !== undefined) this.#ofClients.remove(pending.clientId);
    pending.limit?.stop();
    pending.stopListening?.();
    pending.over?.();
    if (pending.standing) this.#standing--;
    if (this.inFlight === 0) this.#options.onIdle();
    return pending;
  }

  #dispatch(message: unknown, bytes: number, within: number | undefined): void {
    if (typeof message !== 'object' || message === null || Array.isArray(message)) {
      this.#garbage(bytes);
      return;
    }
    const { id, method, params } = message as Message;
    if (typeof method === 'string') {
      if (id === undefined) this.#notification(method, params, within);
      else if (isRequestId(id)) this.#serverRequests.take(id, method, params, within);
      else {
        this.#garbage(bytes);
        return;
      }
      this.#valid();
    } else if (isAnswer(message as Message)) {
      this.#answer(id, message as Message, bytes, within);
      this.#valid();
    } else {
      this.#garbage(bytes);
    }
  }

  #answer(given: unknown, message: Message, bytes: number, within: number | undefined): void {
    const id = isErrorWithoutId(message) ? this.#onlyOne(within) : ownId(given);
    const pending = id === undefined ? undefined : this.#take(id);
    if (id === undefined || !pending) {
      this.#strayAnswer(id);
      return;
    }
    // Some servers write both members, the one that does not apply as null.
    if (message['error'] === undefined || (message['error'] === null && 'result' in message)) {
      if (pending.progress && isTask(message['result'])) this.#keepProgress(id, pending.progress);
      pending.resolve({ result: message['result'], bytes });
    } else pending.resolve({ error: asRpcError(message['error']), bytes });
  }

  /**
   * The request that an error without an id is about: the one it came with, or the only one there is. Servers write such errors
   * where they could not read the id (JSON-RPC 2.0, section 5).
   */
  #onlyOne(within: number | undefined): number | undefined {
    if (within !== undefined) return within;
    // It may be about a request that nobody waits for any more.
    if (this.#givenUp.size > 0 || this.inFlight !== 1) return undefined;
    for (const [id, { standing }] of this.#pending) if (!standing) return id;
    return undefined;
  }

  #strayAnswer(id: number | undefined): void {
    if (id !== undefined && this.#givenUp.delete(id)) return;
    const asked = id !== undefined && Number.isInteger(id) && id >= 1 && id <= this.#lastId;
    this.#anomalies.add(asked ? 'duplicate_answer' : 'unknown_id');
  }

  #notification(method: string, params: unknown, within: number | undefined): void {
    if (method === 'notifications/progress') this.#progress(params);
    else if (method === 'notifications/cancelled') this.#cancelledByServer(params);
    else if (method === 'notifications/message') this.#logMessage(method, params, within);
    else this.#options.onNotification(method, params);
  }

  /** The server gives up a question of its own, or (in the modern era) a standing request of ours. */
  #cancelledByServer(params: unknown): void {
    const given = (params as Message | null | undefined)?.['requestId'];
    const id = ownId(given);
    const standing = id !== undefined && this.#pending.get(id)?.standing === true;
    if (standing) this.#take(id)?.reject(this.#cancelled());
    else this.#serverRequests.cancelled(given);
  }

  /** What a server logs during a call belongs to the call, as far as there is one that it can belong to. */
  #logMessage(method: string, params: unknown, within: number | undefined): void {
    const askable = this.#askables(within).at(-1);
    if (askable) askable.conversation.notify(method, params);
    else if (!this.#options.shared) this.#options.onNotification(method, params);
  }

  #progress(params: unknown): void {
    if (typeof params !== 'object' || params === null || Array.isArray(params)) return;
    const token = ownId((params as Message)['progressToken']);
    const pending = token === undefined ? undefined : this.#pending.get(token);
    const progress = pending?.progress ?? (token === undefined ? undefined : this.#ofTasks.get(token));
    if (pending?.progress) pending.limit?.extend();
    const answered = token !== undefined && this.#ofTasks.has(token);
    progress?.onProgress({ ...params, progressToken: progress.callerToken }, answered);
  }

  #keepProgress(id: number, progress: RequestOptions['progress']): void {
    this.#ofTasks.set(id, progress);
    const [oldest] = this.#ofTasks.keys();
    if (this.#ofTasks.size > rememberedTasks && oldest !== undefined) this.#ofTasks.delete(oldest);
  }

  /** For messages nobody waits for: if the channel fails, its end tells. */
  #sendQuietly(text: string, about?: Outgoing): void {
    this.#options.send(text, about).catch(() => undefined);
  }

  #valid(): void {
    this.#bytesWithoutMessage = 0;
  }

  #garbage(bytes: number): void {
    this.#anomalies.add('garbage');
    this.#countUnusable(bytes);
  }

  #countUnusable(bytes: number): void {
    this.#bytesWithoutMessage += bytes;
    if (this.#bytesWithoutMessage > limits.withoutMessage) {
      this.#options.onUnusable(
        this.#error(
          'protocol',
          'writes something other than JSON-RPC messages to its output and was stopped.',
        ),
      );
    }
  }

  #cancelled(): UpstreamError {
    return new UpstreamError('cancelled', 'The caller cancelled the request.');
  }

  #error(kind: UpstreamError['kind'], words: string): UpstreamError {
    return new UpstreamError(kind, `Server "${this.#options.serverId}" ${words}`);
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

/** The answer to a call that goes on as a task. */
function isTask(result: unknown): boolean {
  const task = (result as Message | null | undefined)?.['task'];
  return typeof (task as Message | null | undefined)?.['taskId'] === 'string';
}

function isAnswer(message: Message): boolean {
  const hasAnswer = 'result' in message || 'error' in message;
  return hasAnswer && (message['id'] !== undefined || isErrorWithoutId(message));
}

/** Lines of a log in JSON may have an `error`, too. */
function isErrorWithoutId({ jsonrpc, id, error, result }: Message): boolean {
  const hasError = jsonrpc === '2.0' && typeof error === 'object' && error !== null;
  return hasError && (id === null || id === undefined) && result === undefined;
}

function isRequestId(id: unknown): boolean {
  return typeof id === 'string' || numberIn(id) !== undefined;
}

function mebibytes(bytes: number): number {
  return Math.round(bytes / 1024 / 1024);
}

/** An error as JSON-RPC 2.0 section 5.1 wants it; a well-formed one is passed on as it is, unknown members included. */
function asRpcError(error: unknown): { code: number; message: string; data?: unknown } {
  const given = (typeof error === 'object' && error !== null ? error : {}) as Message;
  const { message } = given;
  const code = numberIn(given['code']);
  if (code !== undefined && typeof message === 'string') return { ...given, code, message };
  return {
    code: code ?? RpcCode.internalError,
    message: typeof message === 'string' ? message : 'The server answered with an error without a message.',
    data: error,
  };
}
