import type { ServerResponse } from 'node:http';
import { expect, test, vi } from 'vitest';
import { acquired, initialized, json, result, said, serve, streamable } from '../testing/httpStub.ts';
import { callTool, owner, textOf } from '../testing/pool.ts';

vi.setConfig({ testTimeout: 20_000 });

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

test.each([
  ['404', (response: ServerResponse) => response.writeHead(404).end()],
  ['410', (response: ServerResponse) => response.writeHead(410).end()],
  [
    '400',
    (response: ServerResponse) => response.writeHead(400).end('Bad Request: No valid session ID provided'),
  ],
  [
    '404 with a JSON-RPC error',
    (response: ServerResponse, id: unknown) =>
      response
        .writeHead(404, { 'content-type': 'application/json' })
        .end(`{"jsonrpc":"2.0","id":${String(id)},"error":{"code":-32001,"message":"Session not found"}}`),
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
  let rejected = 0;
  const { origin, seen } = await serve(
    streamable(({ body }, response) => {
      if (rejected++ === 0) end(response, body.id);
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

test('a call that is rejected in the new session as well fails, and is not sent a third time', async () => {
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
  'a GET route that answers %d is not a stream, and no end of the session',
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

test('a server that takes no more connections still answers the call that it took', async () => {
  let finish: (() => void) | undefined;
  const stub = await serve(
    streamable(({ body }, response) => {
      finish = () => json(response, result(body.id, said('finished')), { connection: 'close' });
    }),
  );
  const { instance } = await acquired(stub.origin);
  const slow = callTool(instance, 'slow');
  await expect.poll(() => finish).toBeDefined();
  stub.stopListening();
  await expect(callTool(instance, 'x')).rejects.toMatchObject({ kind: 'unreachable' });
  finish?.();
  expect(textOf(await slow)).toBe('finished');
});
