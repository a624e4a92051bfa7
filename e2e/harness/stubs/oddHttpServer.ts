import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import zlib from 'node:zlib';
import { oddText, type Message, type Oddity } from '../../fixtures/odd/oddAnswers.ts';

export interface OddHttpServer extends AsyncDisposable {
  readonly url: string;
}

const codings: Readonly<Record<string, (body: string) => Buffer>> = {
  gzip: zlib.gzipSync,
  deflate: zlib.deflateSync,
  'x-gzip': zlib.gzipSync,
  br: zlib.brotliCompressSync,
  zstd: zlib.zstdCompressSync,
};

/** A server of Streamable HTTP, or of HTTP+SSE, with one oddity. */
export async function oddHttpServer(oddity: Oddity): Promise<OddHttpServer> {
  const odd = new OddServer(oddity);
  const server = createServer((request, response) => void odd.handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${odd.path}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** How a server says that a session has ended, where it ends each after two answers. */
const endings: Readonly<Record<string, (response: ServerResponse, id: Message['id']) => void>> = {
  'sessions end with 404': (response) => response.writeHead(404).end('<h1>Not Found</h1>'),
  'sessions end with 410': (response) => response.writeHead(410).end(),
  'sessions end with 400': (response) =>
    response.writeHead(400).end('Bad Request: no valid session ID provided'),
  'sessions end with 400 of another kind': (response) =>
    response.writeHead(400, { 'content-type': 'text/plain' }).end('Server not initialized'),
  'sessions end with an error': (response, id) => {
    const error = { code: -32000, message: 'Session not found' };
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ jsonrpc: '2.0', id, error }));
  },
};

class OddServer {
  readonly #oddity: Oddity;
  /** Sessions, and whether each was initialized. */
  readonly #sessions = new Map<string, boolean>();
  /** How often each session was answered. */
  readonly #answers = new Map<string, number>();
  #stream: ServerResponse | undefined;
  #unsent: string[] = [];

  constructor(oddity: Oddity) {
    this.#oddity = oddity;
  }

  /** Older servers are often at this path. */
  get path(): string {
    return this.#oddity.includes(' at /sse ') ? '/sse' : '/mcp';
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === 'GET') this.#get(response);
    else if (request.method === 'POST')
      this.#post(JSON.parse(await text(request)) as Message, request, response);
    else response.writeHead(405).end();
  }

  #get(response: ServerResponse): void {
    if (this.#oddity === 'no GET route') response.writeHead(404).end('<h1>Not Found</h1>');
    else if (this.#oddity === 'GET is a bad request') response.writeHead(400).end('no');
    else if (this.#oddity === 'GET is a page')
      response.writeHead(200, { 'content-type': 'text/html' }).end('<p>');
    else if (this.#oddity === 'answers on the GET stream' || this.#older) {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(this.#older ? 'event: endpoint\ndata: /messages\n\n' : ': open\n\n');
      this.#stream = response;
      for (const one of this.#unsent.splice(0)) this.#push(one);
    } else response.writeHead(405).end();
  }

  get #older(): boolean {
    return this.#oddity.startsWith('HTTP+SSE');
  }

  #post(message: Message, request: IncomingMessage, response: ServerResponse): void {
    if (this.#older && request.url !== '/messages') {
      response.writeHead(Number(this.#oddity.split(' ').at(-1))).end('no');
      return;
    }
    const session = String(request.headers['mcp-session-id'] ?? '');
    if (message.id === undefined) {
      this.#sessions.set(session, true);
      response.writeHead(202).end();
      return;
    }
    const answer = oddText(this.#oddity, message);
    if (message.method === 'initialize') this.#open(answer, response);
    else if (this.#oddity === 'initialized first' && this.#sessions.get(session) !== true)
      response.writeHead(400).end('not initialized');
    else if (this.#hasEnded(session)) endings[this.#oddity]?.(response, message.id);
    else this.#answer(answer, response);
  }

  #hasEnded(session: string): boolean {
    if (endings[this.#oddity] === undefined) return false;
    const answers = (this.#answers.get(session) ?? 0) + 1;
    this.#answers.set(session, answers);
    return answers > 2;
  }

  #open(answer: string, response: ServerResponse): void {
    const session = `s${this.#sessions.size}`;
    this.#sessions.set(session, false);
    if (this.#older) this.#answer(answer, response);
    else
      response.writeHead(200, { 'content-type': 'application/json', 'mcp-session-id': session }).end(answer);
  }

  #answer(answer: string, response: ServerResponse): void {
    const json = { 'content-type': 'application/json' };
    const coding = codings[this.#oddity];
    if (coding) response.writeHead(200, { ...json, 'content-encoding': this.#oddity }).end(coding(answer));
    else if (this.#oddity === 'byte order mark') response.writeHead(200, json).end(`\uFEFF${answer}`);
    else if (this.#older || this.#oddity === 'answers on the GET stream') {
      response.writeHead(202).end();
      this.#push(answer);
    } else if (this.#oddity === 'stream left open') this.#event(response, `data: ${answer}\n\n`);
    else if (this.#oddity === 'events with CR') this.#event(response, `data:${answer}\r\r\n`);
    else if (this.#oddity === 'events with comments')
      this.#event(response, `: hello\n\nid: 1\nretry: 50\nunknown: field\ndata: ${answer}\n\n`);
    else if (this.#oddity === 'events of other names')
      this.#event(response, `event: ping\ndata: {"not":"a message"}\n\ndata: ${answer}\n\n`);
    else if (this.#oddity === 'events with CR LF')
      this.#event(response, `event:message\r\ndata:${answer}\r\n\r\n`);
    else response.writeHead(200, json).end(answer);
  }

  #event(response: ServerResponse, event: string): void {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' }).write(event);
    if (this.#oddity !== 'stream left open') response.end();
  }

  #push(answer: string): void {
    if (this.#stream === undefined) this.#unsent.push(answer);
    else this.#stream.write(`event: message\ndata: ${answer}\n\n`);
  }
}
