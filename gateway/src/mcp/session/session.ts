import { randomBytes } from 'node:crypto';
import type { Exhausted, HeldBytes } from '../../byteBudget.ts';
import type { Kind } from '../../catalog/items.ts';
import type { EventStream } from '../jsonrpc/exchange.ts';
import { SlotMap } from '../../collections/slotMap.ts';
import { noCapabilities, type ClientCapabilities } from '../../upstream/clientCapabilities.ts';
import type { Question, QuestionAnswer } from '../../upstream/types.ts';
import { AnswerStreams } from './answerStreams.ts';
import { ClientRoots, type Send } from './clientRoots.ts';
import { jsonBytes, whenWritten } from '../../upstream/rpc/writeLarge.ts';
import { clientRequest, idKey, notificationText, type RequestId } from '../jsonrpc/message.ts';

const maxBufferedEvents = 64;
const maxBufferedBytes = 256 * 1024;

export interface SessionIdentity {
  readonly clientId: string;
  /** Binds the session to the token that opened it. */
  readonly tokenKey: string;
  /** The one server of `/mcp/<server>`, or null for `/mcp`. */
  readonly only: string | null;
  readonly revision: string;
  /** The client's URL selects tool search instead of tool lists. */
  readonly asksForSearch?: boolean;
  /** The application's name (`clientInfo.name`). */
  readonly application?: string | undefined;
  /** What the client declared in `initialize`. */
  readonly capabilities?: ClientCapabilities;
}

interface BufferedEvent {
  readonly id: number;
  readonly text: string;
  readonly bytes: number;
  /** Optional for the client: dropped first when memory is short. */
  readonly offered: boolean;
}

/** A 2025-era session (MCP 2025-11-25, basic/transports, "Session Management"). */
export class Session {
  readonly id = randomBytes(24).toString('base64url');
  readonly identity: SessionIdentity;
  /** Monotonic milliseconds of the last message. */
  lastSeen: number;
  /** The lowest log level that the client set. */
  logLevel: string | undefined;
  /** Digests of the lists last sent to the client. */
  readonly seen = new Map<Kind, string>();
  readonly #calls = new SlotMap<
    string,
    { readonly controller: AbortController; readonly serverId: string }
  >();
  readonly #questions = new Map<string, (answer: QuestionAnswer) => void>();
  readonly #roots: ClientRoots;
  #lastQuestion = 0;
  #stream: EventStream | undefined;
  #events: BufferedEvent[] = [];
  #bufferedBytes = 0;
  #rootsBytes = 0;
  #nextEvent = 1;
  #delivered = 0;
  #over = false;

  /** Answers that come as streams. */
  readonly answers: AnswerStreams;
  readonly #held: HeldBytes | undefined;
  readonly #full: (exhausted: Exhausted) => void;

  /**
   * @param held counts the memory kept for the client: messages and its roots
   * @param full called when a message could not be kept
   */
  constructor(
    identity: SessionIdentity,
    now: number,
    held?: HeldBytes,
    full: (exhausted: Exhausted) => void = () => undefined,
  ) {
    this.identity = identity;
    this.#held = held;
    this.answers = new AnswerStreams(held, identity.revision >= '2025-11-25');
    this.#full = full;
    this.lastSeen = now;
    this.#roots = new ClientRoots(
      () => {
        const id = this.#nextQuestionId();
        const answer = new Promise<QuestionAnswer>((resolve) => this.#await(id, resolve));
        return { text: JSON.stringify(clientRequest(id, 'roots/list', {})), answer };
      },
      (answer) =>
        this.capabilities.roots?.listChanged === true ? jsonBytes(identity.clientId, answer) : undefined,
      (bytes) => this.#holdRoots(bytes),
    );
  }

  get capabilities(): ClientCapabilities {
    return this.identity.capabilities ?? noCapabilities;
  }

  /** A call in flight or an open stream keeps the session from being idle. */
  get busy(): boolean {
    return this.#calls.size > 0 || this.#stream?.open === true;
  }

  /** Registers a call in flight; the signal fires if the client cancels it. Of two calls with one id the later is cancelled. */
  begin(id: RequestId, serverId: string): AbortController {
    const controller = new AbortController();
    this.#calls.set(idKey(id), { controller, serverId });
    return controller;
  }

  finish(id: RequestId, controller: AbortController): void {
    if (this.#calls.get(idKey(id))?.controller === controller) this.#calls.take(idKey(id));
  }

  cancel(id: RequestId): void {
    this.#calls.get(idKey(id))?.controller.abort();
  }

  /** The server of that call; undefined if it is not in flight. */
  serverOf(id: RequestId): string | undefined {
    return this.#calls.get(idKey(id))?.serverId;
  }

  /**
   * Sends a request to the client on the stream behind `send`. If the signal fires, the client is sent a cancellation too
   * (MCP 2025-11-25, basic/utilities/cancellation).
   */
  ask({ method, params }: Question, signal: AbortSignal, send: Send): Promise<QuestionAnswer> {
    const id = this.#nextQuestionId();
    return new Promise((resolve) => {
      let sent = false;
      const settle = (answer: QuestionAnswer): void => {
        this.#questions.delete(id);
        signal.removeEventListener('abort', abandon);
        resolve(answer);
      };
      const abandon = (): void => {
        if (sent) send(notificationText('notifications/cancelled', { requestId: id }));
        settle({ error: { code: -32603, message: 'the request was cancelled' } });
      };
      this.#questions.set(id, settle);
      signal.addEventListener('abort', abandon, { once: true });
      void whenWritten(this.identity.clientId, clientRequest(id, method, params), (text) => {
        if (!this.#questions.has(id)) return;
        sent = true;
        send(text);
      });
    });
  }

  /** Whether a server waits for the client's answer to this request. */
  waitsFor(id: RequestId): boolean {
    return typeof id === 'string' && this.#questions.has(id);
  }

  /** The client's roots; if unknown, requested with `send`, or on the session's own stream once that is open. */
  roots(send?: Send): Promise<QuestionAnswer> {
    return this.#roots.get(send ?? (this.#stream?.open === true ? (text) => this.push(text) : undefined));
  }

  /** Called when `send` reaches the client: sends a roots request that waits for a stream. */
  offerRoots(send: Send): void {
    this.#roots.offer(send);
  }

  rootsChanged(): void {
    this.#roots.changed();
    this.#held?.give(this.#rootsBytes);
    this.#rootsBytes = 0;
  }

  /** Returns false if there is no memory to keep them. */
  #holdRoots(bytes: number): boolean {
    const exhausted = this.#held?.add(bytes);
    if (exhausted === undefined) this.#rootsBytes = bytes;
    else this.#full(exhausted);
    return exhausted === undefined;
  }

  #nextQuestionId(): string {
    return `lmcp-${++this.#lastQuestion}`;
  }

  #await(id: string, resolve: (answer: QuestionAnswer) => void): void {
    this.#questions.set(id, (answer) => {
      this.#questions.delete(id);
      resolve(answer);
    });
  }

  /** Handles the client's answer to a request; an answer to an unknown request is dropped. */
  answered(id: RequestId, answer: QuestionAnswer): void {
    if (typeof id === 'string') this.#questions.get(id)?.(answer);
  }

  /** Sends a message on the GET stream, or keeps it until one opens; messages that are only offered are evicted first. */
  push(text: string, offered?: 'offered'): void {
    if (this.#over) return;
    const bytes = Buffer.byteLength(text);
    const event = { id: this.#nextEvent++, text, bytes, offered: offered !== undefined };
    if (this.#makesRoom(event)) {
      this.#events.push(event);
      this.#bufferedBytes += bytes;
    }
    this.#deliver(event);
  }

  /** Drops kept messages until this one fits, and counts it; returns false if it can't be kept. */
  #makesRoom({ bytes, offered }: BufferedEvent): boolean {
    while (this.#events.length >= maxBufferedEvents || this.#bufferedBytes + bytes > maxBufferedBytes)
      if (!this.#dropOne(offered)) return false;
    for (;;) {
      const exhausted = this.#held?.add(bytes);
      if (exhausted === undefined) return true;
      if (this.#dropOne(offered)) continue;
      this.#full(exhausted);
      return false;
    }
  }

  /** Evicts offered messages first, and never evicts others for an offered one. */
  #dropOne(forOffered: boolean): boolean {
    const dispensable = this.#events.findIndex((one) => one.offered);
    if (dispensable < 0 && forOffered) return false;
    const [dropped] = this.#events.splice(Math.max(dispensable, 0), 1);
    if (dropped === undefined) return false;
    this.#bufferedBytes -= dropped.bytes;
    this.#held?.give(dropped.bytes);
    return true;
  }

  /**
   * A new GET stream replaces an older one. It starts after `lastEventId` if the client sends one, otherwise after the last
   * delivered event.
   */
  attach(stream: EventStream, lastEventId: string | undefined): void {
    this.#stream?.close();
    this.#stream = stream;
    const seen =
      lastEventId !== undefined && /^[0-9]{1,15}$/.test(lastEventId) ? Number(lastEventId) : this.#delivered;
    for (const event of this.#events) if (event.id > seen) this.#deliver(event);
    this.offerRoots((text) => this.push(text));
  }

  /** Ends the stream and cancels nothing: calls in flight are answered on their own POST. */
  end(): void {
    this.#stream?.close();
    this.#stream = undefined;
    this.#over = true;
    this.answers.end();
    this.#events = [];
    this.#bufferedBytes = 0;
    this.#held?.[Symbol.dispose]();
    const gone = { error: { code: -32603, message: 'the client has ended its session' } };
    for (const settle of [...this.#questions.values()]) settle(gone);
  }

  #deliver(event: BufferedEvent): void {
    if (this.#stream?.open !== true) return;
    const id = String(event.id);
    const sent = event.offered ? this.#stream.offer(event.text, id) : this.#stream.send(event.text, id);
    if (sent) this.#delivered = event.id;
  }
}
