import type { Agent, ClientRequest, IncomingMessage } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { createParser } from 'eventsource-parser';
import type { Connection } from './connection.ts';
import { http } from './lightHttp.ts';
import { GatewayAwayError, provenAgent } from './provenAgent.ts';

/** The connection ended before the answer was whole: whether the request was executed is not known. */
export class ConnectionLostError extends Error {
  override readonly name = 'ConnectionLostError';
}

export interface Answer {
  readonly status: number;
  readonly sessionId: string | undefined;
  /** The body, where it is not a stream of events. */
  readonly text: string | undefined;
}

export interface Sent {
  readonly headers: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  /** Gets the session before the first message of a stream. */
  readonly onHead?: (sessionId: string | undefined) => void;
  /** Gets each message of a stream. */
  readonly onMessage: (text: string) => void;
}

/** Milliseconds between looks at whether the gateway is back, at first and at most. */
const [firstPause, maxPause] = [50, 1_000];
/** The number of them after which the registry is read again: the gateway may have another port by now. */
const looksBeforeReading = 5;

/** HTTP to the gateway, wherever it is and whenever it is there. */
export class Link {
  readonly #find: () => Promise<Connection>;
  #connection: Connection;
  #agent: Agent;
  #back: Promise<boolean> | undefined;

  constructor(connection: Connection, find: () => Promise<Connection>) {
    this.#find = find;
    this.#connection = connection;
    this.#agent = agentOf(connection);
  }

  /** @throws GatewayAwayError where nothing was sent; ConnectionLostError where it may have been */
  send(method: 'POST' | 'GET' | 'DELETE', body: string | null, sent: Sent): Promise<Answer> {
    const { url, clientId, token } = this.#connection;
    return new Promise((resolve, reject) => {
      const request = http.request(url, {
        method,
        agent: this.#agent,
        ...(sent.signal && { signal: sent.signal }),
        headers: {
          ...sent.headers,
          'X-Lmcp-Client-Id': clientId,
          ...(token !== null && { 'X-Lmcp-Token': token }),
          Accept: method === 'GET' ? 'text/event-stream' : 'application/json, text/event-stream',
          ...(body !== null && {
            'Content-Type': 'application/json',
            'Content-Length': Buffer.byteLength(body),
          }),
        },
      });
      request.once('error', (error) => reject(failureOf(error)));
      request.once('response', (response) => void read(request, response, sent).then(resolve, reject));
      request.end(body ?? undefined);
    });
  }

  /** Reads registry and secrets again; true where the gateway is reached in another way now. */
  async refresh(): Promise<boolean> {
    const found = await this.#find().catch(() => this.#connection);
    if (JSON.stringify(found) === JSON.stringify(this.#connection)) return false;
    this.#connection = found;
    this.#agent.destroy();
    this.#agent = agentOf(found);
    return true;
  }

  /** Waits until the gateway is there again; false where it is not within that time. */
  back(patienceMs: number): Promise<boolean> {
    this.#back ??= this.#untilBack(patienceMs).finally(() => (this.#back = undefined));
    return this.#back;
  }

  async #untilBack(patienceMs: number): Promise<boolean> {
    const end = performance.now() + patienceMs;
    for (let look = 0, wait = firstPause; performance.now() < end; look++) {
      if (await this.#isThere()) return true;
      if (look % looksBeforeReading === 1) await this.refresh();
      await pause(wait);
      wait = Math.min(wait * 2, maxPause);
    }
    return false;
  }

  #isThere(): Promise<boolean> {
    return new Promise((resolve) => {
      const request = http.get(
        new URL('/health', this.#connection.url),
        { agent: this.#agent },
        (response) => {
          response.resume().once('end', () => resolve(true));
        },
      );
      request.once('error', () => resolve(false));
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

function agentOf(connection: Connection): Agent {
  const { key } = connection;
  return provenAgent(connection, key === null ? null : Buffer.from(key, 'base64'));
}

function failureOf(error: Error): Error {
  if (error instanceof GatewayAwayError || error.name === 'AbortError') return error;
  return new ConnectionLostError(error.message);
}

function read(request: ClientRequest, response: IncomingMessage, sent: Sent): Promise<Answer> {
  const { statusCode: status = 0, headers } = response;
  const session = headers['mcp-session-id'];
  const sessionId = typeof session === 'string' ? session : undefined;
  sent.onHead?.(sessionId);
  const isStream = (headers['content-type'] ?? '').startsWith('text/event-stream');
  const parser = isStream
    ? createParser({ onEvent: ({ data }) => data !== '' && sent.onMessage(data) })
    : null;
  const parts: string[] = [];
  response.setEncoding('utf8');
  return new Promise((resolve, reject) => {
    request.once('error', (error) => reject(failureOf(error)));
    response.on('data', (chunk: string) => (parser === null ? parts.push(chunk) : parser.feed(chunk)));
    response.once('end', () => resolve({ status, sessionId, text: isStream ? undefined : parts.join('') }));
    response.once('error', (error) => reject(failureOf(error)));
    response.once('close', () => reject(new ConnectionLostError('the connection was closed')));
  });
}
