import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Arrival } from '../../mcp/era/arrival.ts';
import type { JsonText } from '../../json/jsonText.ts';
import type { EventStream, Exchange, Headers } from '../../mcp/jsonrpc/exchange.ts';
import { onceDurable } from '../../audit/durable.ts';
import { makeRoom } from '../../places.ts';
import { sendError } from '../answer/answer.ts';
import { queryOf, type HttpContext } from '../context.ts';
import { NodeExchange } from '../answer/nodeExchange.ts';
import { SseStream } from '../answer/sse.ts';
import { unreadAnswersOf } from '../answer/unread.ts';
import { arrive, readPost } from './mcp.ts';

const sessionHeader = 'Mcp-Session-Id';
/** Of all clients. */
const maxConnections = 500;

interface Connection {
  readonly clientId: string;
  readonly tokenKey: string;
  readonly only: string | null;
  readonly stream: SseStream;
  /** Of the session that `initialize` opened. */
  sessionId: string | undefined;
  /** Messages that are being answered. */
  running: number;
  /** Monotonic milliseconds of the last message. */
  lastUsed: number;
}

/**
 * The HTTP+SSE transport of MCP 2024-11-05 (basic/transports): `GET /sse` opens the one stream that carries
 * everything to the client; its first event has the address for the client's messages. Behind it are the same endpoint and checks.
 */
export class SseTransport {
  readonly #context: HttpContext;
  readonly #connections = new Map<string, Connection>();

  constructor(context: HttpContext) {
    this.#context = context;
  }

  /** `GET /sse` and `/sse/<server>`. */
  async open(request: IncomingMessage, response: ServerResponse, only: string | null): Promise<void> {
    if (request.method !== 'GET') {
      // Newer clients try to POST first, and read from the rejection that this is the older transport.
      sendError(response, 'method_not_allowed', 'this is the older transport: open it by GET', {
        Allow: 'GET',
      });
      return;
    }
    const arrival = await arrive(this.#context, request, response, only);
    if (arrival === undefined) return;
    if (!(await this.#context.endpoint.enter(arrival, new NodeExchange(request, response)))) return;
    await onceDurable(arrival.trail, () => this.#stream(arrival, request, response, only));
  }

  #stream(arrival: Arrival, request: IncomingMessage, response: ServerResponse, only: string | null): void {
    const clientId = arrival.client.id;
    if (!this.#makeRoom(clientId)) {
      const message =
        'overloaded: too many streams are open, and none of this client is idle; close some and try again';
      sendError(response, 'overloaded', message, { 'Retry-After': '15' });
      return;
    }
    const id = randomBytes(24).toString('base64url');
    const stream = new SseStream(response, {}, unreadAnswersOf(this.#context, clientId));
    const unused = { sessionId: undefined, running: 0, lastUsed: this.#context.clock.monotonic() };
    this.#connections.set(id, { clientId, tokenKey: arrival.tokenKey, only, stream, ...unused });
    stream.onClose(() => this.#closed(id, arrival));
    const { tokenKey } = arrival;
    const { held, bound } = this.#context;
    bound.add(stream, (registry) => held.isGood(registry, { clientId, tokenKey }));
    stream.emit({ event: 'endpoint', data: messagesAddress(request, id) });
  }

  /** `POST /messages?session_id=…`: taken with 202, answered on the stream. */
  async post(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const id = queryOf(request).get('session_id') ?? '';
    const connection = this.#connections.get(id);
    using posted = await readPost(this.#context, request, response, connection?.only ?? null);
    if (posted === undefined) return;
    const { arrival, value } = posted;
    // To anybody but who opened it the stream does not exist.
    if (connection?.tokenKey !== arrival.tokenKey) {
      await onceDurable(arrival.trail, () =>
        sendError(response, 'not_found', 'there is no such stream: open one by GET /sse'),
      );
      return;
    }
    response.writeHead(202, { 'Content-Type': 'text/plain' }).end('Accepted');
    const { sessionId } = connection;
    const exchange = new StreamExchange(connection.stream, (opened) =>
      this.#opened(arrival, connection, opened),
    );
    connection.running += 1;
    try {
      await this.#context.endpoint.post({ ...arrival, sessionId, revision: undefined }, value, exchange);
    } finally {
      connection.running -= 1;
      connection.lastUsed = this.#context.clock.monotonic();
    }
  }

  #makeRoom(clientId: string): boolean {
    return makeRoom({
      total: maxConnections,
      taken: this.#connections.size,
      own: [...this.#connections.values()].filter((connection) => connection.clientId === clientId),
      idleSince: ({ running, lastUsed }) => (running === 0 ? lastUsed : undefined),
      end: ({ stream }) => stream.close(),
    });
  }

  /** What belongs to no request comes on the same stream. */
  #opened(arrival: Arrival, connection: Connection, sessionId: string): void {
    if (connection.sessionId !== undefined) return;
    connection.sessionId = sessionId;
    const exchange = new StreamExchange(connection.stream, () => {}, true);
    void this.#context.endpoint.get({ ...arrival, sessionId }, exchange);
  }

  #closed(id: string, arrival: Arrival): void {
    const sessionId = this.#connections.get(id)?.sessionId;
    this.#connections.delete(id);
    if (sessionId !== undefined) this.#context.endpoint.leave({ ...arrival, sessionId });
  }
}

/** The client's next address: with the credentials in its query, where it gave them there. */
function messagesAddress(request: IncomingMessage, id: string): string {
  const query = new URLSearchParams({ session_id: id });
  const given = queryOf(request);
  for (const name of ['client_id', 'token']) {
    const value = given.get(name);
    if (value !== null) query.set(name, value);
  }
  return `/messages?${query.toString()}`;
}

/** An exchange whose response has gone already: what it is answered with goes to the stream. */
class StreamExchange implements Exchange {
  readonly acceptsEvents = true;
  readonly #stream: SseStream;
  readonly #opened: (sessionId: string) => void;
  /** The end of the session is the end of the stream; the end of an answer is not. */
  readonly #closes: boolean;

  constructor(stream: SseStream, opened: (sessionId: string) => void, closes = false) {
    this.#closes = closes;
    this.#stream = stream;
    this.#opened = opened;
  }

  json(_status: number, text: JsonText, headers: Headers = {}): void {
    this.#stream.send(text);
    const opened = headers[sessionHeader];
    if (opened !== undefined) this.#opened(opened);
  }

  empty(): void {}

  onGone(): void {}

  events(): EventStream {
    const [stream, closes] = [this.#stream, this.#closes];
    return {
      get open() {
        return stream.open;
      },
      send: (text) => stream.send(text),
      offer: (text) => stream.offer(text),
      finish: (text) => void stream.send(text),
      prime: () => {},
      close: () => {
        if (closes) stream.close();
      },
      onClose: (listener) => stream.onClose(listener),
    };
  }
}
