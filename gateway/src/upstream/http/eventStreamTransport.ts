import { UpstreamError } from '../../errors.ts';
import { authorizedRequest } from './exchange/authorizedRequest.ts';
import { SessionExpiredError, sessionOver } from '../sessionExpired.ts';
import { hasType, type HttpAnswer } from './exchange/httpAnswer.ts';
import type { HttpContext, HttpTransport } from './transport.ts';
import { isMessage, readEvents, readText, type Source } from './exchange/responseBody.ts';
import { rejectsSession } from './failure/sessionRejection.ts';
import { rejectionOf } from './failure/rejectionOf.ts';
import { statusError } from './failure/statusError.ts';

/** Milliseconds that a server has to name its address for messages. */
const endpointPatience = 10_000;

/** The server wants messages sent to another origin, where the credentials do not belong. */
export class ForeignEndpointError extends UpstreamError {
  constructor(serverId: string) {
    const message = `Server "${serverId}" requires its messages to be sent to another address, which LMCP does not support.`;
    super('protocol', message);
  }
}

/** The HTTP+SSE transport of revision 2024-11-05: one stream of events for all answers, a POST for every message. */
export class EventStreamTransport implements HttpTransport {
  readonly #context: HttpContext;
  readonly #source: Source;
  readonly #headers: Readonly<Record<string, string>>;
  #endpoint: URL | undefined;
  #initialized = false;

  constructor(context: HttpContext) {
    this.#context = context;
    this.#source = { serverId: context.server.id, largestMessage: context.largestMessage };
    this.#headers = Object.fromEntries(context.server.headers);
  }

  /** Opens the stream and waits until the server names the address for messages. @throws UpstreamError */
  async open(): Promise<void> {
    const { server, signal, agent } = this.#context;
    const headers = { ...this.#headers, accept: 'text/event-stream', 'cache-control': 'no-cache' };
    const call = { method: 'GET', headers, signal } as const;
    const response = await authorizedRequest(this.#context, server.url, call, agent);
    if (response.status !== 200 || !hasType(response, 'text/event-stream')) {
      throw await this.#noStream(response);
    }
    await this.#endpointFrom(response);
  }

  async send(text: string): Promise<void> {
    const { server, signal, agent } = this.#context;
    if (!this.#endpoint) throw new UpstreamError('protocol', `Server "${server.id}" is not connected yet.`);
    const headers = { ...this.#headers, 'content-type': 'application/json', accept: 'application/json' };
    const call = { method: 'POST', headers, body: text, signal } as const;
    const response = await authorizedRequest(this.#context, this.#endpoint, call, agent);
    const { status } = response;
    if (status < 200 || status > 299) {
      const body = await readText(response, this.#source).catch(() => undefined);
      if (!this.#initialized || !rejectsSession(status, body?.text ?? '', true))
        throw rejectionOf(this.#context, response, body?.text);
      const rejection = statusError(server, status, body?.text);
      const unexecuted = status !== 503;
      throw new SessionExpiredError(
        unexecuted ? sessionOver(server.id, rejection.operatorDetail) : rejection,
        unexecuted,
      );
    }
    // Answers come on the stream; what is here is an acknowledgement in some words.
    response.body.resume();
  }

  /** Revision 2024-11-05 has no header for it. */
  negotiated(): void {
    this.#initialized = true;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async #noStream(response: HttpAnswer): Promise<UpstreamError> {
    const { server } = this.#context;
    const { status } = response;
    if (status >= 200 && status <= 299) {
      response.body.destroy();
      const message = `Server "${server.id}" answers GET with something other than an event stream. Check servers.${server.id}.url in the registry.`;
      return new UpstreamError('protocol', message);
    }
    const body = await readText(response, this.#source).catch(() => undefined);
    return rejectionOf(this.#context, response, body?.text);
  }

  #endpointFrom(response: HttpAnswer): Promise<void> {
    const { server } = this.#context;
    return new Promise((resolve, reject) => {
      const silent = (): void => {
        const message = `Server "${server.id}" opened an event stream, but named no address for messages on it.`;
        response.body.destroy(new UpstreamError('protocol', message));
      };
      const timer = setTimeout(silent, endpointPatience).unref();
      const read = readEvents(response, this.#source, {
        event: (one) => {
          const { event, data } = one;
          if (isMessage(one)) {
            return this.#context.message(data, Buffer.byteLength(data));
          }
          if (event === 'endpoint') {
            clearTimeout(timer);
            if (this.#setEndpoint(data, response)) resolve();
          }
          return undefined;
        },
      });
      const ended = (error: unknown): void => {
        clearTimeout(timer);
        const message = `Server "${server.id}" ended its event stream.`;
        const cause = error instanceof UpstreamError ? error : new UpstreamError('exited', message);
        reject(cause);
        // Before the first address it is a rejection, which the caller that opens the stream reports.
        if (this.#endpoint) this.#context.ended(cause);
      };
      read.then(ended, ended);
    });
  }

  #setEndpoint(data: string, response: HttpAnswer): boolean {
    const { server } = this.#context;
    const endpoint = URL.parse(data, server.url.href);
    if (endpoint?.origin === server.url.origin) {
      this.#endpoint = endpoint;
      return true;
    }
    response.body.destroy(new ForeignEndpointError(server.id));
    return false;
  }
}
