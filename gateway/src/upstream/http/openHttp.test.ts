import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import zlib from 'node:zlib';
import { expect, onTestFinished, test, vi } from 'vitest';
import { systemClock } from '../../clock.ts';
import { silentLogger } from '../../logger.ts';
import type { HttpServer } from '../../registry/types.ts';
import { createPool } from '../pool/pool.ts';
import { limits } from '../limits.ts';
import { openers } from '../openers.ts';
import { callTool, owner, testPool, textOf } from '../testing/pool.ts';
import { httpServer } from '../testing/servers.ts';

vi.setConfig({ testTimeout: 20_000 });

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: {
    readonly id?: number;
    readonly method?: string;
    readonly params?: { readonly name?: string };
  };
}
type Handler = (seen: Seen, response: ServerResponse) => void;

async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** An HTTP server with a handshake that hands every request to a handler, and remembers it. */
async function serve(handler: Handler): Promise<{ readonly origin: string; readonly seen: Seen[] }> {
  const seen: Seen[] = [];
  const origin = await listen((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      const body = (text === '' ? {} : JSON.parse(text)) as Seen['body'];
      // Asked for its era, a server with a handshake refuses; that is not what these tests are about.
      if (body.method === 'server/discover') return void response.writeHead(400).end();
      const one = { method: request.method!, url: request.url!, headers: request.headers, body };
      seen.push(one);
      handler(one, response);
    });
  });
  return { origin, seen };
}

const json = (response: ServerResponse, text: string, headers: Record<string, string> = {}): void =>
  void response.writeHead(200, { 'content-type': 'application/json; charset=utf-8', ...headers }).end(text);
const result = (id: unknown, text: string): string => `{"jsonrpc":"2.0","id":${String(id)},"result":${text}}`;
const initialized =
  '{"protocolVersion":"2025-06-18","capabilities":{},"serverInfo":{"name":"h","version":"1"}}';
const said = (text: string): string => `{"content":[{"type":"text","text":"${text}"}]}`;

/** Streamable HTTP with a session; tool calls go to the test's own handler. */
const streamable =
  (call: Handler, get: Handler = (_seen, response) => void response.writeHead(405).end()): Handler =>
  (seen, response) => {
    if (seen.method === 'GET') get(seen, response);
    else if (seen.method === 'DELETE') response.writeHead(204).end();
    else if (seen.body.method === 'initialize') {
      json(response, result(seen.body.id, initialized), { 'mcp-session-id': 's1' });
    } else if (seen.body.id === undefined) response.writeHead(202).end();
    else call(seen, response);
  };

async function acquired(origin: string, changes: Partial<HttpServer> = {}) {
  const test = testPool();
  const server = httpServer(`${origin}/mcp`, changes);
  return { ...test, server, instance: await test.pool.acquire(server, owner) };
}

test('JSON answers arrive unchanged; session, revision and the registry’s headers are sent along', async () => {
  const exotic =
    '{"content":[{"type":"hologram","n":12345678901234567890}],"structuredContent":{"e":1e400},"unknown":{"a":[1]}}';
  const { origin, seen } = await serve(
    streamable(({ body }, response) =>
      json(response, `{"extra":true,"jsonrpc":"2.0","id":${body.id},"result":${exotic}}`),
    ),
  );
  const headers = new Map([
    ['Authorization', 'Bearer upstream'],
    ['ACCEPT', 'text/plain'],
  ]);
  const { instance, pool } = await acquired(origin, { headers });
  const answer = await callTool(instance, 'x');
  expect(JSON.stringify('result' in answer && answer.result)).toBe(exotic);
  expect(seen.find(({ body }) => body.method === 'tools/call')?.headers).toMatchObject({
    authorization: 'Bearer upstream',
    accept: 'application/json, text/event-stream',
    'mcp-session-id': 's1',
    'mcp-protocol-version': '2025-06-18',
  });
  expect(seen[0]?.headers['mcp-session-id']).toBeUndefined();
  await pool.close(0);
  const goodbye = seen.filter(({ method }) => method === 'DELETE');
  expect(goodbye).toMatchObject([{ headers: { 'mcp-session-id': 's1' } }]);
});

test('an answer as a stream of events, progress before it, characters cut in two', async () => {
  const { origin } = await serve(
    streamable(({ body }, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const progress = `{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":${body.id},"progress":1}}`;
      const bytes = Buffer.from(
        `data: ${progress}\n\nevent: message\r\ndata: ${result(body.id, said('é€😀'))}\n\n`,
      );
      for (const byte of bytes) response.write(Buffer.from([byte]));
      response.end();
    }),
  );
  const { instance } = await acquired(origin);
  const heard: unknown[] = [];
  const progress = { callerToken: 'mine', onProgress: (params: unknown) => heard.push(params) };
  const answer = await instance.request('tools/call', { name: 'x' }, { timeoutMs: 5_000, progress });
  expect(textOf(answer)).toBe('é€😀');
  expect(heard).toEqual([{ progressToken: 'mine', progress: 1 }]);
});

test('a stream that breaks is taken up again where the server gave it ids', async () => {
  let id: number | undefined;
  const { origin, seen } = await serve(
    streamable(
      ({ body }, response) => {
        id = body.id;
        response.writeHead(200, { 'content-type': 'text/event-stream' }).end('id: e7\nretry: 100\ndata:\n\n');
      },
      ({ headers }, response) => {
        if (headers['last-event-id'] !== 'e7') response.writeHead(405).end();
        else {
          const event = `data: ${result(id, said('resumed'))}\n\n`;
          response.writeHead(200, { 'content-type': 'text/event-stream' }).end(event);
        }
      },
    ),
  );
  const { instance } = await acquired(origin);
  expect(textOf(await callTool(instance, 'x'))).toBe('resumed');
  expect(seen.filter(({ headers }) => headers['last-event-id'] === 'e7')).toHaveLength(1);
});

test('a stream that brings nothing is taken up again so often and no more', async () => {
  const empty = (response: ServerResponse): void =>
    void response.writeHead(200, { 'content-type': 'text/event-stream' }).end('retry: 100\n\n');
  const { origin, seen } = await serve(
    streamable(
      (_seen, response) =>
        void response
          .writeHead(200, { 'content-type': 'text/event-stream' })
          .end('id: e7\nretry: 100\ndata:\n\n'),
      ({ headers }, response) =>
        headers['last-event-id'] === 'e7' ? empty(response) : void response.writeHead(405).end(),
    ),
  );
  const { instance } = await acquired(origin);
  await expect(callTool(instance, 'x', {}, 5_000)).rejects.toMatchObject({ kind: 'protocol' });
  expect(seen.filter(({ headers }) => headers['last-event-id'] === 'e7')).toHaveLength(5);
});

test('a session id that is none is not sent back', async () => {
  const { origin, seen } = await serve((one, response) => {
    if (one.method !== 'POST') response.writeHead(405).end();
    else if (one.body.method === 'initialize')
      json(response, result(one.body.id, initialized), { 'mcp-session-id': 's 1' });
    else if (one.body.id === undefined) response.writeHead(202).end();
    else json(response, result(one.body.id, said('fine')));
  });
  const { instance } = await acquired(origin);
  expect(textOf(await callTool(instance, 'x'))).toBe('fine');
  expect(seen.filter(({ headers }) => headers['mcp-session-id'] !== undefined)).toEqual([]);
});

test('what the server sends of its own accord is heard', async () => {
  const { origin } = await serve(
    streamable(
      () => undefined,
      (_seen, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write('data: {"jsonrpc":"2.0","method":"notifications/tools/list_changed"}\n\n');
      },
    ),
  );
  const { notifications } = await acquired(origin);
  await expect
    .poll(() => notifications)
    .toEqual([{ serverId: 'tested', method: 'notifications/tools/list_changed', params: undefined }]);
});

test('a redirect to another origin is not followed, whatever the method', async () => {
  const elsewhere = await serve((_seen, response) => response.writeHead(200).end());
  const { origin } = await serve((_seen, response) =>
    response.writeHead(307, { location: `${elsewhere.origin}/mcp` }).end(),
  );
  await expect(acquired(origin, { headers: new Map([['x-key', 'secret']]) })).rejects.toMatchObject({
    kind: 'http_status',
    message: expect.stringMatching(/redirects to another address, which LMCP does not follow/) as string,
  });
  expect(elsewhere.seen).toEqual([]);
});

test('a redirect within the origin is followed, up to a point', async () => {
  const answers = streamable(({ body }, response) => json(response, result(body.id, said('there'))));
  const { origin } = await serve((seen, response) => {
    if (seen.url === '/mcp') response.writeHead(307, { location: '/mcp/' }).end();
    else answers(seen, response);
  });
  const { instance } = await acquired(origin);
  expect(textOf(await callTool(instance, 'x'))).toBe('there');
  const circle = await serve((_seen, response) => response.writeHead(308, { location: '/mcp' }).end());
  await expect(acquired(circle.origin)).rejects.toThrow('redirects in circles');
  expect(circle.seen).toHaveLength(4);
});

test('with loopback_only nothing is sent to another machine', async () => {
  const { pool } = testPool();
  await expect(pool.acquire(httpServer('http://mcp.example.com/mcp'), owner)).rejects.toMatchObject({
    kind: 'unreachable',
    message: expect.stringContaining('not on this machine') as string,
  });
});

/** HTTP+SSE of revision 2024-11-05. */
function older(endpoint: string, onPost: Handler = () => undefined): Handler {
  let stream: ServerResponse | undefined;
  return (seen, response) => {
    if (seen.method === 'GET') {
      stream = response.writeHead(200, { 'content-type': 'text/event-stream' });
      stream.write(`event: endpoint\ndata: ${endpoint}\n\n`);
      return;
    }
    if (seen.url === '/mcp') return void response.writeHead(405).end();
    onPost(seen, response);
    response.writeHead(202).end('Accepted');
    const { id, method } = seen.body;
    if (id === undefined) return;
    const answer = method === 'initialize' ? initialized.replace('2025-06-18', '2024-11-05') : said('older');
    stream?.write(`event: message\ndata: ${result(id, answer)}\n\n`);
    if (seen.body.params?.name === 'hang_up') stream?.end();
  };
}

test('a server older than Streamable HTTP is spoken to over HTTP+SSE', async () => {
  const { origin, seen } = await serve(older('/messages?session=1'));
  const { instance, pool, server } = await acquired(origin, { headers: new Map([['x-key', 'k']]) });
  expect(textOf(await callTool(instance, 'x'))).toBe('older');
  expect(seen.slice(0, 3).map(({ method, url }) => `${method} ${url}`)).toEqual([
    'POST /mcp',
    'GET /mcp',
    'POST /messages?session=1',
  ]);
  expect(seen.every(({ headers }) => headers['x-key'] === 'k')).toBe(true);
  await callTool(instance, 'hang_up');
  await expect.poll(() => pool.health(server.id).state).toBe('backoff');
});

test('an older server that names another origin for its messages is refused', async () => {
  const { origin } = await serve(older('http://127.0.0.1:1/messages'));
  await expect(acquired(origin)).rejects.toThrow('wants its messages sent to another address');
});

test('an address that speaks no MCP: the first refusal is told', async () => {
  const { origin } = await serve((_seen, response) => response.writeHead(404).end('<html>'));
  await expect(acquired(origin)).rejects.toMatchObject({
    kind: 'http_status',
    message:
      'Server "tested" speaks no MCP at its address (HTTP 404). Check servers.tested.url in the registry.',
  });
});

test('what a server says in its refusal steers no terminal of the operator, and stays on its line', async () => {
  const { origin } = await serve((_seen, response) =>
    response.writeHead(404).end('\u001b[2J\u009b1m\u202e\r\nlmcp: all is well'),
  );
  const warnings: string[] = [];
  const pool = createPool({
    openers,
    clock: systemClock,
    logger: { ...silentLogger, warn: (words) => warnings.push(words) },
    hooks: { lifecycle: () => Promise.resolve(), notification: () => undefined },
  });
  onTestFinished(() => pool.close(0));
  await expect(pool.acquire(httpServer(`${origin}/mcp`), owner)).rejects.toThrow('speaks no MCP');
  expect(warnings).toEqual([expect.stringContaining('all is well')]);
  expect(warnings[0]).not.toMatch(/[\p{Cc}\p{Cf}]/u);
});

test('nobody listening is unreachable, and waits before the next try', async () => {
  const { pool, events } = testPool();
  const server = httpServer('http://127.0.0.1:1/mcp');
  await expect(pool.acquire(server, owner)).rejects.toMatchObject({
    kind: 'unreachable',
    operatorDetail: 'ECONNREFUSED',
  });
  await expect(pool.acquire(server, owner)).rejects.toMatchObject({ kind: 'unreachable' });
  expect(events.filter(({ type }) => type === 'start')).toHaveLength(1);
});

test.each([
  ['404', (response: ServerResponse) => response.writeHead(404).end()],
  ['410', (response: ServerResponse) => response.writeHead(410).end()],
  [
    '400',
    (response: ServerResponse) => response.writeHead(400).end('Bad Request: No valid session ID provided'),
  ],
  [
    'a JSON-RPC error',
    (response: ServerResponse, id: unknown) =>
      json(
        response,
        `{"jsonrpc":"2.0","id":${String(id)},"error":{"code":-32000,"message":"Session not found"}}`,
      ),
  ],
  [
    'a JSON-RPC error on a stream',
    (response: ServerResponse, id: unknown) =>
      response
        .writeHead(200, { 'content-type': 'text/event-stream' })
        .end(
          `data: {"jsonrpc":"2.0","id":${String(id)},"error":{"code":-32602,"message":"Received request before initialization was complete"}}\n\n`,
        ),
  ],
])('a session the server has ended by %s is opened again, and the call sent again', async (_how, end) => {
  let refused = 0;
  const { origin, seen } = await serve(
    streamable(({ body }, response) => {
      if (refused++ === 0) end(response, body.id);
      else json(response, result(body.id, said('again')));
    }),
  );
  const { instance, events } = await acquired(origin);
  expect(textOf(await callTool(instance, 'x'))).toBe('again');
  // Who still holds the old one is served by its successor.
  expect(textOf(await callTool(instance, 'x'))).toBe('again');
  expect(seen.filter(({ body }) => body.method === 'initialize')).toHaveLength(2);
  expect(seen.filter(({ method }) => method === 'DELETE')).toEqual([]);
  expect(events).toContainEqual(expect.objectContaining({ type: 'anomaly', what: 'session_expired' }));
});

test('a call that is refused in the new session as well fails, and is not sent a third time', async () => {
  const { origin, seen } = await serve(streamable((_seen, response) => response.writeHead(404).end()));
  const { instance } = await acquired(origin);
  await expect(callTool(instance, 'x')).rejects.toThrow('has ended its session');
  expect(seen.filter(({ body }) => body.method === 'tools/call')).toHaveLength(2);
});

test('a session behind a 503 is opened again, and the call not sent again', async () => {
  let down = true;
  const { origin, seen } = await serve(
    streamable(({ body }, response) => {
      if (down) response.writeHead(503).end('no such session on this node');
      else json(response, result(body.id, said('again')));
    }),
  );
  const { instance, pool, server } = await acquired(origin);
  await expect(callTool(instance, 'x')).rejects.toThrow(
    '503 instead of a message: "no such session on this node"',
  );
  down = false;
  expect(textOf(await callTool(await pool.acquire(server, owner), 'x'))).toBe('again');
  expect(seen.filter(({ body }) => body.method === 'tools/call')).toHaveLength(2);
  expect(seen.filter(({ body }) => body.method === 'initialize')).toHaveLength(2);
});

test('calls that run when the session ends are waited for', async () => {
  let finish: (() => void) | undefined;
  const { origin } = await serve(
    streamable(({ body, headers }, response) => {
      const name = body.params?.name;
      if (name === 'slow') finish = () => json(response, result(body.id, said('finished')));
      else if (headers['x-old'] === undefined && finish) {
        const wait = finish;
        finish = undefined;
        response.writeHead(404).end();
        setTimeout(wait, 100);
      } else json(response, result(body.id, said('again')));
    }),
  );
  const { instance } = await acquired(origin);
  const slow = callTool(instance, 'slow');
  await expect.poll(() => finish).toBeDefined();
  expect(textOf(await callTool(instance, 'x'))).toBe('again');
  expect(textOf(await slow)).toBe('finished');
});

test('a renewed session id is followed', async () => {
  const { origin, seen } = await serve(
    streamable(({ body }, response) =>
      json(response, result(body.id, said('fine')), { 'mcp-session-id': 's2' }),
    ),
  );
  const { instance } = await acquired(origin);
  await callTool(instance, 'x');
  await callTool(instance, 'x');
  const calls = seen.filter(({ body }) => body.method === 'tools/call');
  expect(calls.map(({ headers }) => headers['mcp-session-id'])).toEqual(['s1', 's2']);
});

test.each([404, 400, 401])(
  'a GET route that answers %d is no stream, and no end of the session',
  async (status) => {
    const { origin, seen } = await serve(
      streamable(
        ({ body }, response) => json(response, result(body.id, said('fine'))),
        (_seen, response) => response.writeHead(status).end('<html>'),
      ),
    );
    const { instance } = await acquired(origin);
    await expect.poll(() => seen.filter(({ method }) => method === 'GET')).toHaveLength(1);
    expect(textOf(await callTool(instance, 'x'))).toBe('fine');
    expect(seen.filter(({ body }) => body.method === 'initialize')).toHaveLength(1);
  },
);

test('the stream of an answer that the server leaves open is closed', async () => {
  let open = 0;
  const { origin } = await serve(
    streamable(({ body }, response) => {
      open++;
      response.on('close', () => open--);
      response
        .writeHead(200, { 'content-type': 'text/event-stream' })
        .write(`data: ${result(body.id, said('open'))}\n\n`);
    }),
  );
  const { instance } = await acquired(origin);
  for (let n = 0; n < 300; n++) expect(textOf(await callTool(instance, 'x'))).toBe('open');
  await expect.poll(() => open).toBe(0);
});

test('the first request waits until notifications/initialized was taken', async () => {
  let ready = false;
  const { origin } = await serve((seen, response) => {
    if (seen.body.method === 'notifications/initialized') {
      setTimeout(() => {
        ready = true;
        response.writeHead(202).end();
      }, 100);
    } else {
      streamable(({ body }, answered) => json(answered, result(body.id, said(String(ready)))))(
        seen,
        response,
      );
    }
  });
  const { instance } = await acquired(origin);
  expect(textOf(await callTool(instance, 'x'))).toBe('true');
});

test('an answer that comes on the server’s own stream after a 202', async () => {
  let stream: ServerResponse | undefined;
  const { origin } = await serve(
    streamable(
      ({ body }, response) => {
        response.writeHead(202).end();
        setTimeout(() => stream?.write(`data: ${result(body.id, said('later'))}\n\n`), 20);
      },
      (_seen, response) => {
        stream = response.writeHead(200, { 'content-type': 'text/event-stream' });
        stream.flushHeaders();
      },
    ),
  );
  const { instance } = await acquired(origin);
  await expect.poll(() => stream).toBeDefined();
  expect(textOf(await callTool(instance, 'x'))).toBe('later');
});

const codings = {
  gzip: zlib.gzipSync,
  'x-gzip': zlib.gzipSync,
  deflate: zlib.deflateSync,
  'Deflate, identity': zlib.deflateRawSync,
  br: zlib.brotliCompressSync,
  zstd: zlib.zstdCompressSync,
  'br, gzip': (text: string) => zlib.gzipSync(zlib.brotliCompressSync(text)),
};

test.each(Object.entries(codings))('an answer with Content-Encoding: %s', async (coding, encode) => {
  const { origin } = await serve(
    streamable(({ body }, response) => {
      const [type, text] =
        body.params?.name === 'stream'
          ? ['text/event-stream', `\ufeffdata: ${result(body.id, said('é'))}\r\n\r\n`]
          : ['application/json', `\ufeff${result(body.id, said('é'))}`];
      response.writeHead(200, { 'content-type': type, 'content-encoding': coding }).end(encode(text));
    }),
  );
  const { instance } = await acquired(origin);
  expect(textOf(await callTool(instance, 'x'))).toBe('é');
  expect(textOf(await callTool(instance, 'stream'))).toBe('é');
});

test('events of a compressed stream arrive one by one', async () => {
  const { origin } = await serve(
    streamable(({ body }, response) => {
      const gzip = zlib.createGzip();
      response.writeHead(200, { 'content-type': 'text/event-stream', 'content-encoding': 'gzip' });
      gzip.pipe(response);
      gzip.write(`data: ${result(body.id, said('open'))}\n\n`);
      gzip.flush();
    }),
  );
  const { instance } = await acquired(origin);
  expect(textOf(await callTool(instance, 'x'))).toBe('open');
});

test('a coding that is not read is named to the operator', async () => {
  const { origin } = await serve(
    streamable((_seen, response) => json(response, 'x', { 'content-encoding': 'compress' })),
  );
  const { instance } = await acquired(origin);
  await expect(callTool(instance, 'x')).rejects.toMatchObject({
    kind: 'protocol',
    operatorDetail: 'content-encoding: compress',
  });
});

test.each([
  ['Invalid Host: 127.0.0.1', 'does not accept requests for "127.0.0.1'],
  ['token expired', 'Check the credentials'],
])('a 403 that says "%s" names what to set', async (said, words) => {
  const { origin } = await serve(
    streamable((_seen, response) => response.writeHead(403).end(JSON.stringify({ detail: said }))),
  );
  const { instance } = await acquired(origin);
  const failure = callTool(instance, 'x');
  await expect(failure).rejects.toThrow(words);
  await expect(failure).rejects.toThrow(`(HTTP 403: "${said}")`);
});

test('a JSON-RPC error within a refusal is an answer', async () => {
  const { origin } = await serve(
    streamable(({ body }, response) =>
      response
        .writeHead(404, { 'content-type': 'application/json' })
        .end(`{"jsonrpc":"2.0","id":${body.id},"error":{"code":-32601,"message":"no","data":{"kept":1}}}`),
    ),
  );
  const { instance } = await acquired(origin);
  expect(await callTool(instance, 'x')).toMatchObject({
    error: { code: -32601, message: 'no', data: { kept: 1 } },
  });
});

test.each([
  [
    '401',
    (response: ServerResponse) => response.writeHead(401).end(),
    'http_status',
    'Check the credentials',
  ],
  ['500', (response: ServerResponse) => response.writeHead(500).end(), 'http_status', 'HTTP status 500'],
  ['no answer', (response: ServerResponse) => response.writeHead(202).end(), 'protocol', 'without an answer'],
  ['no JSON', (response: ServerResponse) => json(response, '<html>'), 'protocol', 'without an answer'],
  ['broken off', (response: ServerResponse) => response.socket?.destroy(), 'unreachable', 'broke'],
  [
    'too large',
    (response: ServerResponse) => json(response, '"' + 'x'.repeat(limits.message + 1)),
    'too_large',
    '16 MiB',
  ],
  [
    'too large once it is unpacked',
    (response: ServerResponse) =>
      response
        .writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
        .end(zlib.gzipSync(Buffer.alloc(limits.message + 1, 'x'))),
    'too_large',
    '16 MiB',
  ],
  [
    'too large an event',
    (response: ServerResponse) =>
      response
        .writeHead(200, { 'content-type': 'text/event-stream' })
        .end('data: ' + 'x'.repeat(limits.message + 1)),
    'too_large',
    '16 MiB',
  ],
])('%s: the call fails with words, the server is still in use', async (_name, refuse, kind, words) => {
  const { origin } = await serve(
    streamable(({ body }, response) => {
      if (body.params?.name === 'good') json(response, result(body.id, said('good')));
      else refuse(response);
    }),
  );
  const { instance } = await acquired(origin);
  await expect(callTool(instance, 'bad')).rejects.toMatchObject({
    kind,
    message: expect.stringContaining(words) as string,
  });
  expect(textOf(await callTool(instance, 'good'))).toBe('good');
});

test('a call given up frees its connection and is cancelled upstream', async () => {
  let closed = false;
  const { origin, seen } = await serve(
    streamable((_seen, response) => {
      response.on('close', () => (closed = true));
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
    }),
  );
  const { instance } = await acquired(origin);
  await expect(callTool(instance, 'hang', {}, 100)).rejects.toMatchObject({ kind: 'timeout' });
  await expect.poll(() => closed).toBe(true);
  expect(seen.filter(({ body }) => body.method === 'notifications/cancelled')).toHaveLength(1);
});

test('an event without end is too large, however many comments are in it', async () => {
  let sent = 0;
  const closed = Promise.withResolvers<undefined>();
  const { origin } = await serve(
    streamable((_seen, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const piece = 'data:x\n:\n'.repeat(10_000);
      response.once('close', () => closed.resolve(undefined));
      const more = (): void => {
        if (response.destroyed) return;
        sent += piece.length;
        response.write(piece, () => setImmediate(more));
      };
      more();
    }),
  );
  const { instance } = await acquired(origin);
  await expect(callTool(instance, 'x')).rejects.toMatchObject({ kind: 'too_large' });
  await closed.promise;
  // What was under way in buffers comes on top.
  expect(sent).toBeLessThan(limits.message + 16 * 1024 * 1024);
});

test('a large answer is read in slices and arrives whole, as JSON and as an event', async () => {
  const numbers = `[${'1e1,'.repeat(limits.readWithoutPause)}1]`;
  const { origin } = await serve(
    streamable(({ body }, response) => {
      const text = result(body.id, `{"structuredContent":${numbers}}`);
      if (body.params?.name === 'json') {
        json(response, text);
        return;
      }
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(`id: 1\ndata: ${text}\n\n`);
    }),
  );
  const { instance } = await acquired(origin);
  for (const name of ['json', 'event']) {
    const answer = await callTool(instance, name);
    expect(JSON.stringify('result' in answer && answer.result)).toBe(`{"structuredContent":${numbers}}`);
  }
});

test('a refusal that echoes a header is kept without it', async () => {
  const { origin } = await serve((_seen, response) => {
    response.writeHead(403);
    response.end(`${'x'.repeat(495)}the key "sk-very-secret-value" is not valid`);
  });
  const headers = new Map([['Authorization', 'Bearer sk-very-secret-value']]);
  const failure = await acquired(origin, { headers }).catch((error: unknown) => error);
  expect(failure).toMatchObject({ kind: 'http_status' });
  const { operatorDetail } = failure as { readonly operatorDetail: string };
  expect(operatorDetail).toContain('xxx');
  expect(operatorDetail).not.toContain('sk');
});
