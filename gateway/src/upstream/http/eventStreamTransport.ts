import type { IncomingMessage } from 'node:http';
import { UpstreamError } from '../../errors.ts';
import { guardedRequest } from './guardedRequest.ts';
import type { HttpContext, HttpTransport } from './transport.ts';
import { hasType, readEvents } from './responseBody.ts';
import { statusError } from './statusError.ts';

/** The HTTP+SSE transport of revision 2024-11-05: one stream of events for all answers, a POST for every message. */
export class EventStreamTransport implements HttpTransport {
  readonly #context: HttpContext;
  readonly #headers: Readonly<Record<string, string>>;
  #endpoint: URL | undefined;

  constructor(context: HttpContext) {
    this.#context = context;
    this.#headers = Object.fromEntries(context.server.headers);
  }

  /** Opens the stream and waits until the server names the address for messages. @throws UpstreamError */
  async open(): Promise<void> {
    const { server, signal, agents } = this.#context;
    const headers = { ...this.#headers, accept: 'text/event-stream', 'cache-control': 'no-cache' };
    const response = await guardedRequest(server, server.url, { method: 'GET', headers, signal }, agents);
    if (response.statusCode !== 200 || !hasType(response, 'text/event-stream')) {
      response.destroy();
      throw statusError(server.id, response.statusCode ?? 0);
    }
    await this.#endpointFrom(response);
  }

  async send(text: string): Promise<void> {
    const { server, signal, agents } = this.#context;
    if (!this.#endpoint) throw new UpstreamError('protocol', `Server "${server.id}" is not connected yet.`);
    const headers = { ...this.#headers, 'content-type': 'application/json', accept: 'application/json' };
    const call = { method: 'POST', headers, body: text, signal } as const;
    const response = await guardedRequest(server, this.#endpoint, call, agents);
    const status = response.statusCode ?? 0;
    // Answers come on the stream; what stands here is an acknowledgement in some words.
    response.resume();
    if (status < 200 || status > 299) throw statusError(server.id, status);
  }

  negotiated(): void {
    // Revision 2024-11-05 has no header for it.
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #endpointFrom(response: IncomingMessage): Promise<void> {
    const { server } = this.#context;
    return new Promise((resolve, reject) => {
      const read = readEvents(response, server.id, {
        event: ({ event, data }) => {
          if (event === 'endpoint') {
            if (this.#setEndpoint(data, response)) resolve();
          } else if (event === undefined || event === 'message') {
            this.#context.message(data, Buffer.byteLength(data));
          }
        },
      });
      const ended = (error: unknown): void => {
        const words = `Server "${server.id}" ended its event stream.`;
        const cause = error instanceof UpstreamError ? error : new UpstreamError('exited', words);
        reject(cause);
        this.#context.ended(cause, false);
      };
      read.then(ended, ended);
    });
  }

  #setEndpoint(data: string, response: IncomingMessage): boolean {
    const { server } = this.#context;
    const endpoint = URL.parse(data, server.url.href);
    if (endpoint?.origin === server.url.origin) {
      this.#endpoint = endpoint;
      return true;
    }
    const words = `Server "${server.id}" wants its messages sent to another address, which LMCP does not do.`;
    response.destroy(new UpstreamError('protocol', words));
    return false;
  }
}
