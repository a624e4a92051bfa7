import type { ServerResponse } from 'node:http';
import { expect, test, vi } from 'vitest';
import { acquired, initialized, result, said, serve, type Handler } from '../testing/httpStub.ts';
import { callTool, textOf } from '../testing/pool.ts';

vi.setConfig({ testTimeout: 20_000 });

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

test('a server older than Streamable HTTP is connected over HTTP+SSE', async () => {
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
  await expect.poll(() => pool.health(server.id).state).toBe('idle');
});

test('an older server that answers each request to its address with its stream is connected over HTTP+SSE', async () => {
  const inner = older('/messages?session=2');
  let open = 0;
  const { origin, seen } = await serve((one, response) => {
    if (one.method === 'GET' || one.url !== '/mcp') {
      inner(one, response);
      return;
    }
    open++;
    response.on('close', () => open--);
    response
      .writeHead(200, { 'content-type': 'text/event-stream' })
      .write('event: endpoint\ndata: /messages?session=1\n\n');
  });
  const { instance } = await acquired(origin);
  expect(textOf(await callTool(instance, 'x'))).toBe('older');
  expect(seen.slice(0, 3).map(({ method, url }) => `${method} ${url}`)).toEqual([
    'POST /mcp',
    'GET /mcp',
    'POST /messages?session=2',
  ]);
  await expect.poll(() => open).toBe(0);
});

test('with transport: sse nothing is posted before the stream has named where to', async () => {
  const { origin, seen } = await serve(older('/messages?session=1'));
  const { instance } = await acquired(origin, { transport: 'sse' });
  expect(textOf(await callTool(instance, 'x'))).toBe('older');
  expect(seen.slice(0, 2).map(({ method, url }) => `${method} ${url}`)).toEqual([
    'GET /mcp',
    'POST /messages?session=1',
  ]);
});

test('with transport: sse the rejection of the stream is the one shown', async () => {
  const { origin, seen } = await serve((_seen, response) => response.writeHead(404).end('no such page'));
  await expect(acquired(origin, { transport: 'sse' })).rejects.toMatchObject({
    kind: 'http_status',
    message: expect.stringContaining('no such page') as string,
  });
  expect(seen.filter(({ method }) => method === 'POST')).toEqual([]);
});

test.each([
  [404, '<html>'],
  [400, 'No transport found for sessionId'],
])(
  'a session of HTTP+SSE that ended by %d is opened again, and the call sent again',
  async (status, body) => {
    let rejected = 0;
    const inner = older('/messages');
    const { origin, seen } = await serve((one, response) => {
      const reject = one.body.method === 'tools/call' && rejected++ === 0;
      if (reject) response.writeHead(status).end(body);
      else inner(one, response);
    });
    const { instance, events } = await acquired(origin);
    expect(textOf(await callTool(instance, 'x'))).toBe('older');
    expect(textOf(await callTool(instance, 'x'))).toBe('older');
    expect(seen.filter(({ body, url }) => body.method === 'initialize' && url === '/messages')).toHaveLength(
      2,
    );
    expect(seen.filter(({ body }) => body.method === 'tools/call')).toHaveLength(3);
    expect(events).toContainEqual(expect.objectContaining({ type: 'anomaly', what: 'session_expired' }));
  },
);

test('an older server that names another origin for its messages is rejected', async () => {
  const { origin } = await serve(older('http://127.0.0.1:1/messages'));
  await expect(acquired(origin)).rejects.toThrow('requires its messages to be sent to another address');
});
