import type { JsonText } from '../../json/jsonText.ts';
import type { EventStream, Exchange, Headers } from '../jsonrpc/exchange.ts';
import type { ResponseNotifier } from '../jsonrpc/notifier.ts';

/** A client that waits longer than this for the first byte may give up: from then on the answer comes as a stream. */
const patienceMs = 15_000;

/**
 * The answer to one POST: plain JSON where nothing comes before it, a stream of events where something does (progress) or
 * where it takes long, as far as the client takes streams.
 */
export class Answer implements ResponseNotifier {
  readonly #exchange: Exchange;
  readonly #headers: Headers;
  #stream: EventStream | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(exchange: Exchange, headers: Headers = {}) {
    this.#exchange = exchange;
    this.#headers = headers;
  }

  mayTakeLong(): void {
    if (!this.#exchange.acceptsEvents) return;
    this.#timer = setTimeout(() => this.#open(), patienceMs).unref();
  }

  notify(text: string, offered?: 'offered'): boolean {
    if (!this.#exchange.acceptsEvents) return false;
    return offered ? this.#open().offer(text) : this.#open().send(text);
  }

  /** The status tells of errors in the stateless era alone, and not once a stream is under way. */
  send(text: JsonText, headers: Headers = {}, status = 200): void {
    clearTimeout(this.#timer);
    if (this.#stream === undefined) {
      this.#exchange.json(status, text, { ...this.#headers, ...headers });
      return;
    }
    this.#stream.finish(text);
  }

  /** Ends without an answer: the client has cancelled and waits for none (MCP 2025-11-25, basic/utilities/cancellation). */
  abandon(): void {
    clearTimeout(this.#timer);
    if (this.#stream === undefined) this.#exchange.empty(202, this.#headers);
    else this.#stream.close();
  }

  #open(): EventStream {
    this.#stream ??= this.#exchange.events(this.#headers);
    return this.#stream;
  }
}
