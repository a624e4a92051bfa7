import type { IncomingMessage } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { hasType, readEvents } from './responseBody.ts';

export interface ServerStreamParts {
  readonly serverId: string;
  readonly signal: AbortSignal;
  readonly open: (headers: Readonly<Record<string, string>>) => Promise<IncomingMessage>;
  readonly message: (text: string, bytes: number) => Promise<void> | undefined;
}

/** Milliseconds. */
const shortestWait = 1_000;
const longestWait = 30_000;

/**
 * The stream that a server sends its own messages on (specification 2025-11-25, transports, listening for messages).
 * A server need not have one. One that breaks is opened again, ever more slowly while it keeps breaking.
 */
export class ServerStream {
  readonly #parts: ServerStreamParts;
  #lastEventId: string | undefined;
  #wait = shortestWait;
  #declined = false;

  constructor(parts: ServerStreamParts) {
    this.#parts = parts;
  }

  /** False once the server has declined: nothing will come on it. */
  get expected(): boolean {
    return !this.#declined;
  }

  /** Until the channel ends or the server declines. Never rejects. */
  async run(): Promise<void> {
    const { signal } = this.#parts;
    while (!signal.aborted) {
      const opened = performance.now();
      // A connection that can't be made or breaks is the reason for trying again.
      const goOn = await this.#once().catch(() => true);
      if (!goOn) {
        this.#declined = true;
        return;
      }
      const steady = performance.now() - opened > longestWait;
      await pause(this.#wait, undefined, { signal, ref: false }).catch(() => undefined);
      this.#wait = steady ? shortestWait : Math.min(this.#wait * 2, longestWait);
    }
  }

  /** One connection, to its end. False when the server wants none. */
  async #once(): Promise<boolean> {
    const response = await this.#parts.open({
      accept: 'text/event-stream',
      ...(this.#lastEventId !== undefined && { 'last-event-id': this.#lastEventId }),
    });
    const status = response.statusCode ?? 0;
    if (status !== 200 || !hasType(response, 'text/event-stream')) {
      response.destroy();
      // A route that is missing (404, 400, 401, a page) says nothing about the session.
      return status >= 500;
    }
    await readEvents(response, this.#parts.serverId, {
      event: ({ id, data }) => {
        if (id !== undefined) this.#lastEventId = id;
        return data === '' ? undefined : this.#parts.message(data, Buffer.byteLength(data));
      },
      retry: (milliseconds) => {
        this.#wait = Math.min(Math.max(milliseconds, shortestWait), longestWait);
      },
    });
    return true;
  }
}
