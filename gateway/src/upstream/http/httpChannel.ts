import type { Agent } from 'undici';
import { UpstreamError } from '../../errors.ts';
import type { HttpServer } from '../../registry/types.ts';
import { largestMessage } from '../messageLimit.ts';
import type { Channel, ChannelEvents, Outgoing } from '../types.ts';
import { EventStreamTransport, ForeignEndpointError } from './eventStreamTransport.ts';
import type { Authorization } from './authorization.ts';
import { UnreachableError } from './exchange/guardedRequest.ts';
import { meansOlderTransport } from './olderTransport.ts';
import { StreamableTransport } from './streamableTransport.ts';
import type { HttpContext, HttpTransport } from './transport.ts';

/** JSON-RPC messages over Streamable HTTP, or over HTTP+SSE where the server is older than that. */
export class HttpChannel implements Channel {
  readonly #context: HttpContext;
  readonly #events: ChannelEvents;
  readonly #abort = new AbortController();
  #transport: HttpTransport;
  #older: Promise<HttpTransport> | undefined;
  #settled = false;
  /** Requests under way. */
  #requests = 0;
  #ended = false;
  #closing: Promise<void> | undefined;

  constructor(
    server: HttpServer,
    events: ChannelEvents,
    parts: { readonly agent: Agent; readonly sideAgent: Agent; readonly authorization: Authorization },
  ) {
    this.#events = events;
    this.#context = {
      ...parts,
      server,
      signal: this.#abort.signal,
      message: (text, bytes, within) => (this.#ended ? undefined : events.message(text, bytes, within)),
      largestMessage: () => largestMessage(events),
      waits: (request) => events.waits?.(request) ?? true,
      ended: (error) => this.#end(false, error),
    };
    this.#transport = new StreamableTransport(this.#context);
  }

  async send(text: string, about: Outgoing = {}): Promise<void> {
    if (this.#ended) throw this.#goneError();
    const counted = about.request === undefined ? 0 : 1;
    this.#requests += counted;
    try {
      await this.#exchange(text, about);
    } catch (error) {
      // A server that takes no more connections may still answer what it took before.
      if (error instanceof UnreachableError && this.#requests === counted) this.#end(false, error);
      throw error;
    } finally {
      this.#requests -= counted;
    }
  }

  async #exchange(text: string, about: Outgoing): Promise<void> {
    try {
      if (this.#context.server.transport === 'sse') await this.#openOlder();
      await this.#transport.send(text, about);
      this.#settled = true;
    } catch (error) {
      const mayFallBack =
        this.#older === undefined && !this.#settled && about.request !== undefined && about.probe !== true;
      if (mayFallBack && error instanceof UpstreamError && meansOlderTransport(error, this.#context.server)) {
        return this.#fallBack(text, error);
      }
      throw error;
    }
  }

  negotiated(protocolVersion: string): void {
    this.#transport.negotiated(protocolVersion);
  }

  stderrTail(): string {
    return '';
  }

  close(): Promise<void> {
    this.#closing ??= this.#transport.close().finally(() => this.#end(true));
    return this.#closing;
  }

  async #fallBack(text: string, first: UpstreamError): Promise<void> {
    this.#settled = true;
    try {
      await this.#openOlder();
    } catch (error) {
      // Both transports were rejected: the first error tells more, unless the second is about where messages go.
      throw error instanceof ForeignEndpointError ? error : first;
    }
    await this.#transport.send(text, {});
  }

  /** From then on messages go over HTTP+SSE. */
  async #openOlder(): Promise<void> {
    this.#older ??= this.#opened(new EventStreamTransport(this.#context));
    this.#transport = await this.#older;
  }

  async #opened(older: EventStreamTransport): Promise<EventStreamTransport> {
    await older.open();
    return older;
  }

  #end(expected: boolean, error?: UpstreamError): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#abort.abort();
    for (const agent of [this.#context.agent, this.#context.sideAgent]) void agent.destroy();
    this.#events.end({ expected, code: null, signal: null, ...(error && { error }) });
  }

  #goneError(): UpstreamError {
    return new UpstreamError('exited', `The connection to server "${this.#context.server.id}" has ended.`);
  }
}
