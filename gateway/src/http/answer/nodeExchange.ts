import type { IncomingMessage, ServerResponse } from 'node:http';
import type { JsonText } from '../../json/jsonText.ts';
import type { EventStream, Exchange, Headers } from '../../mcp/jsonrpc/exchange.ts';
import type { Exhausted } from '../../byteBudget.ts';
import { sendJson } from './answer.ts';
import { SseStream } from './sse.ts';
import type { UnreadAnswers } from './unread.ts';

/** The MCP endpoint's view of one Node request and its response. */
export class NodeExchange implements Exchange {
  readonly acceptsEvents: boolean;
  readonly resumes = true;
  readonly #response: ServerResponse;
  readonly #unread: UnreadAnswers | undefined;
  readonly #overloaded: (exhausted: Exhausted) => void;
  #stream: SseStream | undefined;

  /**
   * @param unread counts large answers; without it the answers of this exchange are small
   * @param overloaded answers in their place when the memory for them is used up
   */
  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    unread?: UnreadAnswers,
    overloaded: (exhausted: Exhausted) => void = () => undefined,
  ) {
    this.#unread = unread;
    this.#overloaded = overloaded;
    this.acceptsEvents = request.headers.accept?.includes('text/event-stream') ?? false;
    this.#response = response;
  }

  json(status: number, text: JsonText, headers?: Headers): void {
    const exhausted = this.#unread?.hold(text, this.#response);
    if (exhausted === undefined) sendJson(this.#response, status, text, headers);
    else this.#overloaded(exhausted);
  }

  empty(status: number, headers: Headers = {}): void {
    if (!this.#response.headersSent) this.#response.writeHead(status, headers).end();
  }

  onGone(listener: () => void): void {
    this.#response.once('close', () => {
      if (!this.#response.writableFinished) listener();
    });
  }

  /** Ends the answer, whatever is still to come. */
  end(): void {
    if (this.#stream === undefined) this.#response.destroy();
    else this.#stream.close();
  }

  onClose(listener: () => void): void {
    this.#response.once('close', listener);
  }

  events(headers?: Headers): EventStream {
    this.#stream = new SseStream(this.#response, headers, this.#unread);
    return this.#stream;
  }
}
