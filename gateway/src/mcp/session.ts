import { randomBytes } from 'node:crypto';
import type { EventStream } from './exchange.ts';
import { idKey, type RequestId } from './message.ts';

const maxBufferedEvents = 64;
const maxBufferedBytes = 256 * 1024;

export interface SessionIdentity {
  readonly clientId: string;
  /** Binds the session to the token that opened it. */
  readonly tokenKey: string;
  /** The one server of `/mcp/<server>`, or null for `/mcp`. */
  readonly only: string | null;
  readonly revision: string;
}

interface BufferedEvent {
  readonly id: number;
  readonly text: string;
}

/** A 2025-era session (MCP 2025-11-25, basic/transports, "Session Management"). */
export class Session {
  readonly id = randomBytes(24).toString('base64url');
  readonly identity: SessionIdentity;
  /** Monotonic milliseconds of the last message. */
  lastSeen: number;
  readonly #calls = new Map<string, AbortController>();
  #stream: EventStream | undefined;
  #events: BufferedEvent[] = [];
  #bufferedBytes = 0;
  #nextEvent = 1;
  #delivered = 0;

  constructor(identity: SessionIdentity, now: number) {
    this.identity = identity;
    this.lastSeen = now;
  }

  /** A call with no answer yet, or an open stream, keeps the session from being idle. */
  get busy(): boolean {
    return this.#calls.size > 0 || this.#stream?.open === true;
  }

  /** Notes a call in flight; the signal fires when the client cancels it. Two calls with one id: the later can be cancelled. */
  begin(id: RequestId): AbortController {
    const controller = new AbortController();
    this.#calls.set(idKey(id), controller);
    return controller;
  }

  finish(id: RequestId, controller: AbortController): void {
    if (this.#calls.get(idKey(id)) === controller) this.#calls.delete(idKey(id));
  }

  cancel(id: RequestId): void {
    this.#calls.get(idKey(id))?.abort();
  }

  /** Sends a message of our own on the GET stream, or keeps it until one is opened. */
  push(text: string): void {
    const event = { id: this.#nextEvent++, text };
    this.#events.push(event);
    this.#bufferedBytes += text.length;
    while (this.#events.length > maxBufferedEvents || this.#bufferedBytes > maxBufferedBytes) {
      this.#bufferedBytes -= this.#events.shift()?.text.length ?? 0;
    }
    this.#deliver(event);
  }

  /**
   * A new GET stream takes the place of an older one. It starts after `lastEventId` where the client names one it has seen,
   * else after what was last delivered.
   */
  attach(stream: EventStream, lastEventId: string | undefined): void {
    this.#stream?.close();
    this.#stream = stream;
    const seen =
      lastEventId !== undefined && /^[0-9]{1,15}$/.test(lastEventId) ? Number(lastEventId) : this.#delivered;
    for (const event of this.#events) if (event.id > seen) this.#deliver(event);
  }

  /** Ends the stream and cancels nothing: what runs is answered on its own POST. */
  end(): void {
    this.#stream?.close();
    this.#stream = undefined;
  }

  #deliver(event: BufferedEvent): void {
    if (this.#stream?.open === true && this.#stream.send(event.text, String(event.id)))
      this.#delivered = event.id;
  }
}
