import type { Clock } from '../../clock.ts';
import type { UpstreamError } from '../../errors.ts';
import { idOfOversized } from '../framing/discarded.ts';
import { largestMessage, tooLargeMessage } from '../messageLimit.ts';
import type { OversizedMessage } from '../types.ts';
import { Anomalies, type Anomaly } from './anomalies.ts';
import { GarbageLimit } from './limits/garbageLimit.ts';
import { MessageReader } from './messageReader.ts';
import { ownId } from './ownId.ts';
import type { PendingRequests } from './pendingRequests.ts';
import { ProgressRelay } from './progress/progressRelay.ts';
import { cancelledError, serverError } from './routerErrors.ts';
import { asRpcError, isAnswer, isErrorWithoutId, isRequestId, isTask, type Message } from './rpcMessage.ts';
import type { ServerRequests } from './serverRequests.ts';

export interface IncomingOptions {
  /** For the messages of errors. */
  readonly serverId: string;
  /** Several clients share the channel: a message that the transport ties to no request belongs to no client. */
  readonly shared: boolean;
  readonly clock: Clock;
  /** A notification that belongs to no request. */
  onNotification(method: string, params: unknown): Promise<void> | undefined;
  /** The limit of one message, in bytes; `limits.message` if omitted. */
  readonly largestMessage?: () => number;
  readonly onAnomaly: (what: Anomaly, count: number) => void;
  /** Output that is not JSON. */
  readonly onNoise?: (text: string) => void;
  /** The server exceeded the limit of invalid messages; it should be stopped. */
  onUnusable(error: UpstreamError): void;
}

/** Reads a server's messages: matches answers to their requests, and dispatches or counts the rest. */
export class IncomingMessages {
  readonly #options: IncomingOptions;
  readonly #pending: PendingRequests;
  readonly #serverRequests: ServerRequests;
  readonly #anomalies: Anomalies;
  readonly #garbage: GarbageLimit;
  readonly #progress: ProgressRelay;
  readonly #reader: MessageReader;

  constructor(options: IncomingOptions, pending: PendingRequests, serverRequests: ServerRequests) {
    this.#options = options;
    this.#pending = pending;
    this.#serverRequests = serverRequests;
    this.#anomalies = new Anomalies(options.clock, options.onAnomaly);
    this.#garbage = new GarbageLimit(() => options.onUnusable(this.#unusable()));
    this.#progress = new ProgressRelay(pending);
    this.#reader = new MessageReader(options.serverId, {
      message: (message, bytes, within) => this.#dispatch(message, bytes, within),
      garbage: (bytes, text) => {
        options.onNoise?.(text);
        this.#invalid(bytes);
      },
    });
  }

  /** Resolves once everything received so far has been read; undefined if it already has. */
  get reading(): Promise<void> | undefined {
    return this.#reader.reading;
  }

  /** Reads one message; returns a promise if that takes more than one turn. */
  receive(text: string, bytes: number, within?: number): Promise<void> | undefined {
    return this.#reader.receive(text, bytes, within);
  }

  /** Takes the kept parts of an oversized message: the request that it answers fails, no other. */
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
      serverError(
        this.#options.serverId,
        'too_large',
        tooLargeMessage(String(message.bytes), largestMessage(this.#options)),
      ),
    );
  }

  /** Stops reading and reports the counted anomalies. */
  end(): void {
    this.#reader.end();
    this.#anomalies.flush();
  }

  #dispatch(message: unknown, bytes: number, within: number | undefined): Promise<void> | undefined {
    if (!isDispatched(message)) {
      this.#invalid(bytes);
      return undefined;
    }
    this.#garbage.reset();
    const { id, method, params } = message;
    if (typeof method !== 'string') this.#answer(id, message, bytes, within);
    else if (id === undefined) return this.#notification(method, params, within);
    else this.#serverRequests.take(id, method, params, within);
    return undefined;
  }

  #answer(given: unknown, message: Message, bytes: number, within: number | undefined): void {
    const id = isErrorWithoutId(message) ? (within ?? this.#pending.onlyOne()) : ownId(given);
    const pending = id === undefined ? undefined : this.#pending.take(id);
    if (id === undefined || !pending) {
      this.#strayAnswer(id);
      return;
    }
    // Some servers write both members, and null for the unused one.
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

  /** A promise while a large one is written for clients. */
  #notification(method: string, params: unknown, within: number | undefined): Promise<void> | undefined {
    if (method === 'notifications/progress') return this.#progress.notify(params);
    if (method === 'notifications/message') return this.#logMessage(method, params, within);
    if (method !== 'notifications/cancelled') return this.#options.onNotification(method, params);
    this.#cancelledByServer(params);
    return undefined;
  }

  /** The server cancels its own question, or (in the modern era) a standing request of the gateway. */
  #cancelledByServer(params: unknown): void {
    const given = (params as Message | null | undefined)?.['requestId'];
    const id = ownId(given);
    const standing = id !== undefined && this.#pending.get(id)?.standing === true;
    if (standing) this.#pending.take(id)?.reject(cancelledError());
    else this.#serverRequests.cancelled(given);
  }

  /** A log message during a call belongs to that call, if there is one that it can belong to. */
  #logMessage(method: string, params: unknown, within: number | undefined): Promise<void> | undefined {
    const askable = this.#pending.askables(within, this.#options.shared).at(-1);
    if (askable) return askable.conversation.notify(method, params);
    return this.#options.shared ? undefined : this.#options.onNotification(method, params);
  }

  #invalid(bytes: number): void {
    this.#anomalies.add('garbage');
    this.#garbage.add(bytes);
  }

  #unusable(): UpstreamError {
    const text = 'writes something other than JSON-RPC messages to its output and was stopped.';
    return serverError(this.#options.serverId, 'protocol', text);
  }
}

/** A notification, a request or an answer. */
function isDispatched(value: unknown): value is Message {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const message = value as Message;
  if (typeof message['method'] !== 'string') return isAnswer(message);
  return message['id'] === undefined || isRequestId(message['id']);
}
