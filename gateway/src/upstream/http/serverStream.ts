import { setTimeout as pause } from 'node:timers/promises';
import { hasType, type HttpAnswer } from './exchange/httpAnswer.ts';
import { isMessage, readEvents, type Source } from './exchange/responseBody.ts';

export interface ServerStreamParts {
  readonly source: Source;
  readonly signal: AbortSignal;
  readonly open: (headers: Readonly<Record<string, string>>) => Promise<HttpAnswer>;
  readonly message: (text: string, bytes: number) => Promise<void> | undefined;
}

/** Milliseconds. */
const shortestWait = 1_000;
const maxWait = 30_000;
/** Not now: the server still holds the stream before this one for open (409), or is asked too often. */
const later = new Set([408, 409, 425, 429]);

/**
 * The stream that a server sends its own messages on (specification 2025-11-25, transports, listening for messages).
 * A server need not have one. One that breaks is opened again, ever more slowly while it keeps breaking.
 */
export class ServerStream {
  readonly #parts: ServerStreamParts;
  #lastEventId: string | undefined;
  #wait = shortestWait;
  #declined = false;
  readonly #settled = Promise.withResolvers<undefined>();

  constructor(parts: ServerStreamParts) {
    this.#parts = parts;
  }

  /** Once the server has opened or declined it: whether anything can come on it. */
  async expected(): Promise<boolean> {
    await this.#settled.promise;
    return !this.#declined;
  }

  /** Until the channel ends or the server declines. Never rejects. */
  async run(): Promise<void> {
    await this.#keepOpen();
    this.#settled.resolve(undefined);
  }

  async #keepOpen(): Promise<void> {
    const { signal } = this.#parts;
    while (!signal.aborted) {
      const opened = performance.now();
      // A connection that can't be made or breaks is the reason for trying again.
      const goOn = await this.#once().catch(() => true);
      if (!goOn) {
        this.#declined = true;
        return;
      }
      const steady = performance.now() - opened > maxWait;
      await pause(this.#wait, undefined, { signal, ref: false }).catch(() => undefined);
      this.#wait = steady ? shortestWait : Math.min(this.#wait * 2, maxWait);
    }
  }

  /** One connection, to its end. False when the server wants none. */
  async #once(): Promise<boolean> {
    const response = await this.#parts.open({
      accept: 'text/event-stream',
      ...(this.#lastEventId !== undefined && { 'last-event-id': this.#lastEventId }),
    });
    const { status } = response;
    if (status !== 200 || !hasType(response, 'text/event-stream')) {
      response.body.destroy();
      // A route that is missing (404, 400, 401, a page) says nothing about the session.
      return status >= 500 || later.has(status);
    }
    this.#settled.resolve(undefined);
    await readEvents(response, this.#parts.source, {
      event: (event) => {
        const { id, data } = event;
        if (id !== undefined) this.#lastEventId = id;
        return !isMessage(event) ? undefined : this.#parts.message(data, Buffer.byteLength(data));
      },
      retry: (milliseconds) => {
        this.#wait = Math.min(Math.max(milliseconds, shortestWait), maxWait);
      },
    });
    return true;
  }
}
