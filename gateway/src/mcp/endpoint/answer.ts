import type { JsonText } from '../../json/jsonText.ts';
import type { EventStream, Exchange, Headers } from '../jsonrpc/exchange.ts';
import type { AnswerStreams } from '../session/answerStreams.ts';
import type { ResponseNotifier } from '../jsonrpc/notifier.ts';

/** A client that waits longer than this for the first byte may give up: from then on the answer comes as a stream. */
const patienceMs = 15_000;

/**
 * The answer to one POST: plain JSON where nothing comes before it, a stream of events where something does (progress) or
 * where it takes long, as far as the client takes streams.
 */
export class Answer implements ResponseNotifier {
  readonly #exchange: Exchange;
  readonly #resumable: Pick<AnswerStreams, 'open'> | undefined;
  #stream: EventStream | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** @param resumable where a reader that loses its stream can take it up again */
  constructor(exchange: Exchange, resumable?: Pick<AnswerStreams, 'open'>) {
    this.#exchange = exchange;
    this.#resumable = resumable;
  }

  mayTakeLong(): void {
    if (!this.#exchange.acceptsEvents) return;
    this.#timer = setTimeout(() => this.#open(), patienceMs).unref();
  }

  notify(text: string, offered?: 'offered'): boolean {
    if (!this.#exchange.acceptsEvents) return false;
    return offered ? this.#open().offer(text) : this.#open().send(text);
  }

  /** The HTTP status reports errors in the stateless era alone, and only before a stream has begun. */
  send(text: JsonText, headers: Headers = {}, status = 200): void {
    clearTimeout(this.#timer);
    if (this.#stream === undefined) {
      this.#exchange.json(status, text, headers);
      return;
    }
    this.#stream.finish(text);
  }

  /** Ends without an answer: the client has cancelled and waits for none (MCP 2025-11-25, basic/utilities/cancellation). */
  abandon(): void {
    clearTimeout(this.#timer);
    if (this.#stream === undefined) this.#exchange.empty(202);
    else this.#stream.close();
  }

  #open(): EventStream {
    if (this.#stream !== undefined) return this.#stream;
    const stream = this.#exchange.events();
    this.#stream = this.#resumable?.open(stream) ?? stream;
    return this.#stream;
  }
}
