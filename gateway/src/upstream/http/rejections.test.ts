import type { ServerResponse } from 'node:http';
import zlib from 'node:zlib';
import { expect, onTestFinished, test, vi } from 'vitest';
import { systemClock } from '../../clock.ts';
import { silentLogger } from '../../logger.ts';
import { limits } from '../limits.ts';
import { openers } from '../openers.ts';
import { createPool } from '../pool/pool.ts';
import { acquired, json, result, said, serve, streamable } from '../testing/httpStub.ts';
import { callTool, owner, testPool, textOf } from '../testing/pool.ts';
import { httpServer } from '../testing/servers.ts';

vi.setConfig({ testTimeout: 20_000 });

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

test.each([
  ['a name that leads to this machine', 'https://localhost:9/mcp', {}],
  ['an address of this machine', 'https://127.0.0.1:9/mcp', {}],
  ['a private address', 'https://10.0.0.1/mcp', {}],
  ['a metadata service', 'https://169.254.169.254/mcp', { allowPrivate: true }],
  ['no TLS', 'http://1.1.1.1/mcp', {}],
])('a remote server is not asked at %s', async (_what, url, more) => {
  const { pool } = testPool();
  const server = httpServer(url, { remote: true, ...more });
  await expect(pool.acquire(server, owner)).rejects.toMatchObject({
    kind: 'unreachable',
    message: expect.stringContaining('LMCP does not connect to it') as string,
  });
});

test('a file of tls that cannot be read is named by its key', async () => {
  const { pool } = testPool();
  const server = httpServer('https://localhost:9/mcp', { tls: { caFile: '/nowhere/ca.pem' } });
  await expect(pool.acquire(server, owner)).rejects.toThrow("servers.tested.tls.ca_file can't be read");
});

test('reports the first rejection of an address without MCP', async () => {
  const { origin } = await serve((_seen, response) => response.writeHead(404).end('<html>'));
  await expect(acquired(origin)).rejects.toMatchObject({
    kind: 'http_status',
    message:
      'Server "tested" does not support MCP at its address (HTTP 404). Check servers.tested.url in the registry.',
  });
});

test.each([
  ['500', (response: ServerResponse) => response.writeHead(500).end('second')],
  [
    'a page',
    (response: ServerResponse) => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>'),
  ],
])('reports the first rejection where the older transport is answered with %s', async (_what, get) => {
  const { origin, seen } = await serve(({ method }, response) => {
    if (method === 'GET') get(response);
    else response.writeHead(404).end('first');
  });
  await expect(acquired(origin)).rejects.toMatchObject({
    kind: 'http_status',
    message: expect.stringContaining('(HTTP 404: "first")') as string,
  });
  expect(seen.map(({ method }) => method)).toEqual(['POST', 'GET']);
});

test('what a server says in its rejection steers no terminal of the operator, and stays on its line', async () => {
  const { origin } = await serve((_seen, response) =>
    response.writeHead(404).end('\u001b[2J\u009b1m\u202e\r\nlmcp: all is well'),
  );
  const warnings: string[] = [];
  const pool = createPool({
    openers,
    clock: systemClock,
    logger: { ...silentLogger, warn: (message) => warnings.push(message) },
    hooks: { lifecycle: () => Promise.resolve() },
  });
  onTestFinished(() => pool.close(0));
  await expect(pool.acquire(httpServer(`${origin}/mcp`), owner)).rejects.toThrow('does not support MCP');
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

test('an address that nobody listens at is tried again after two seconds, however often it failed', async () => {
  let now = 0;
  const starts: unknown[] = [];
  const pool = createPool({
    openers,
    clock: { now: () => now, monotonic: () => now },
    logger: silentLogger,
    hooks: {
      lifecycle: (event) => {
        if (event.type === 'start') starts.push(event);
        return Promise.resolve();
      },
    },
  });
  onTestFinished(() => pool.close(0));
  const server = httpServer('http://127.0.0.1:1/mcp');
  for (let failures = 1; failures <= 5; failures++) {
    await expect(pool.acquire(server, owner)).rejects.toMatchObject({ kind: 'unreachable' });
    expect(starts).toHaveLength(failures);
    if (failures < 5) now += 2_000;
  }
  await expect(pool.acquire(server, owner)).rejects.toMatchObject({
    kind: 'backoff',
    message: expect.stringContaining(
      'failed to start 5 times in a row and is started again in 2.0 s',
    ) as string,
  });
  now += 2_000;
  await expect(pool.acquire(server, owner)).rejects.toMatchObject({ kind: 'unreachable' });
  expect(starts).toHaveLength(6);
});

test.each([
  ['Invalid Host: 127.0.0.1', 'does not accept requests for "127.0.0.1'],
  ['token expired', 'Check the credentials'],
])('a 403 that says "%s" names what to set', async (said, message) => {
  const { origin } = await serve(
    streamable((_seen, response) => response.writeHead(403).end(JSON.stringify({ detail: said }))),
  );
  const { instance } = await acquired(origin);
  const failure = callTool(instance, 'x');
  await expect(failure).rejects.toThrow(message);
  await expect(failure).rejects.toThrow(`(HTTP 403: "${said}")`);
});

test('a JSON-RPC error within a rejection is an answer', async () => {
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
  ['401', (response: ServerResponse) => response.writeHead(401).end(), 'sign_in_needed', 'lmcp login tested'],
  ['500', (response: ServerResponse) => response.writeHead(500).end(), 'http_status', 'HTTP status 500'],
  ['no answer', (response: ServerResponse) => response.writeHead(202).end(), 'protocol', 'without an answer'],
  ['no JSON', (response: ServerResponse) => json(response, '<html>'), 'protocol', 'without an answer'],
  ['broken off', (response: ServerResponse) => response.socket?.destroy(), 'unreachable', 'broke'],
  [
    'too large',
    (response: ServerResponse) => json(response, '"' + 'x'.repeat(limits.message + 1)),
    'too_large',
    'more than 33554432 bytes',
  ],
  [
    'too large once it is unpacked',
    (response: ServerResponse) =>
      response
        .writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
        .end(zlib.gzipSync(Buffer.alloc(limits.message + 1, 'x'))),
    'too_large',
    'more than 33554432 bytes',
  ],
  [
    'too large an event',
    (response: ServerResponse) =>
      response
        .writeHead(200, { 'content-type': 'text/event-stream' })
        .end('data: ' + 'x'.repeat(limits.message + 1)),
    'too_large',
    'more than 33554432 bytes',
  ],
])('%s: the call fails with words, the server is still in use', async (_name, reject, kind, message) => {
  const { origin } = await serve(
    streamable(({ body }, response) => {
      if (body.params?.name === 'good') json(response, result(body.id, said('good')));
      else reject(response);
    }),
  );
  const { instance } = await acquired(origin);
  await expect(callTool(instance, 'bad')).rejects.toMatchObject({
    kind,
    message: expect.stringContaining(message) as string,
  });
  expect(textOf(await callTool(instance, 'good'))).toBe('good');
});

test('an error that echoes a header is kept without it', async () => {
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

test.each([
  [421, 'Misdirected Request', 'servers.tested.url'],
  [403, 'Invalid Host: 127.0.0.1', 'servers.tested.url'],
  [403, 'no such key', 'servers.tested.headers'],
  [401, 'who are you', 'servers.tested.headers'],
  [404, 'Not Found', 'servers.tested.url'],
])('HTTP %i with %j leads with the sentence, and names the key to set', async (status, sentence, key) => {
  const { origin } = await serve((_seen, response) => response.writeHead(status).end(sentence));
  const rejection = await acquired(origin).catch((error: unknown) => String(error));
  expect(rejection).toContain(`(HTTP ${status}: "${sentence}")`);
  expect(rejection).toContain(`${key} in the registry`);
});

test('a server without TLS at an https address: write http', async () => {
  const { origin } = await serve((_seen, response) => response.writeHead(200).end());
  await expect(acquired(origin.replace('http:', 'https:'))).rejects.toThrow(
    'does not answer with TLS. Write http:// into servers.tested.url',
  );
});
