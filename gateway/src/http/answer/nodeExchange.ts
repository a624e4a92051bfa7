import type { IncomingMessage, ServerResponse } from 'node:http';
import type { EventStream, Exchange, Headers } from '../../mcp/jsonrpc/exchange.ts';
import { sendJson } from './answer.ts';
import { SseStream } from './sse.ts';

/** The MCP endpoint's view of one Node request and its response. */
export class NodeExchange implements Exchange {
  readonly acceptsEvents: boolean;
  readonly #response: ServerResponse;

  constructor(request: IncomingMessage, response: ServerResponse) {
    this.acceptsEvents = request.headers.accept?.includes('text/event-stream') ?? false;
    this.#response = response;
  }

  json(status: number, text: string, headers?: Headers): void {
    sendJson(this.#response, status, text, headers);
  }

  empty(status: number, headers: Headers = {}): void {
    if (!this.#response.headersSent) this.#response.writeHead(status, headers).end();
  }

  onGone(listener: () => void): void {
    this.#response.once('close', () => {
      if (!this.#response.writableFinished) listener();
    });
  }

  events(headers?: Headers): EventStream {
    return new SseStream(this.#response, headers);
  }
}
