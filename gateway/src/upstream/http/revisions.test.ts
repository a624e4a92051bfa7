import { expect, test, vi } from 'vitest';
import { json, said, result, serve, type Handler } from '../testing/httpStub.ts';
import { callTool, owner, testPool, textOf } from '../testing/pool.ts';
import { httpServer } from '../testing/servers.ts';

vi.setConfig({ testTimeout: 20_000 });

type Reject = (...args: [...Parameters<Handler>, asked: string]) => void;

/** A server that speaks one revision and rejects all others. */
function speaking(revision: string, reject: Reject): Handler {
  return (seen, response) => {
    const { id, method, params } = seen.body;
    const asked = (params as { protocolVersion?: string } | undefined)?.protocolVersion ?? '';
    if (seen.method !== 'POST') response.writeHead(405).end();
    else if (method === 'initialize' && asked !== revision) reject(seen, response, asked);
    else if (method === 'initialize') {
      const serverInfo = { name: 'strict', version: '1' };
      json(response, result(id, JSON.stringify({ protocolVersion: revision, capabilities: {}, serverInfo })));
    } else if (id === undefined) response.writeHead(202).end();
    else json(response, result(id, said(seen.headers['mcp-protocol-version'] as string)));
  };
}

const rejections: Readonly<Record<string, Reject>> = {
  'an error that names it': ({ body }, response) => {
    const data = { supported: ['2024-11-05'] };
    const error = { code: -32602, message: 'Unsupported protocol version', data };
    json(response, JSON.stringify({ jsonrpc: '2.0', id: body.id, error }));
  },
  'HTTP 400 and −32022, its id null': (_seen, response, requested) => {
    const data = { supported: ['2024-11-05', '2026-07-28'], requested };
    const error = { code: -32022, message: 'Unsupported protocol version', data };
    response.writeHead(400, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ jsonrpc: '2.0', id: null, error }));
  },
  'a sentence': (_seen, response) => {
    response.writeHead(400).end('Unsupported protocol version, this server speaks 2024-11-05');
  },
  'an error that names none': ({ body }, response) => {
    const error = { code: -32600, message: 'Protocol version not supported' };
    json(response, JSON.stringify({ jsonrpc: '2.0', id: body.id, error }));
  },
};

test.each(Object.entries(rejections))(
  'a server that rejects the newest revision by %s is asked for another one',
  async (_how, reject) => {
    const { origin, seen } = await serve(speaking('2024-11-05', reject));
    const { pool } = testPool();
    const instance = await pool.acquire(httpServer(`${origin}/mcp`), { ...owner, revision: '2024-11-05' });
    expect(textOf(await callTool(instance, 'x'))).toBe('2024-11-05');
    expect(seen.filter(({ body }) => body.method === 'initialize')).toHaveLength(2);
  },
);

test('a server that rejects every revision is asked twice, and its reason is told', async () => {
  const { origin, seen } = await serve(
    speaking('1999-01-01', rejections['an error that names it'] as Reject),
  );
  const { pool } = testPool();
  await expect(pool.acquire(httpServer(`${origin}/mcp`), owner)).rejects.toMatchObject({
    kind: 'start_failed',
    operatorDetail: 'initialize: -32602 Unsupported protocol version',
  });
  expect(seen.filter(({ body }) => body.method === 'initialize')).toHaveLength(2);
});

test('a server of revision 2024-10-07 is supported', async () => {
  const anyRevision: Reject = (seen, response) => {
    const answer =
      '{"protocolVersion":"2024-10-07","capabilities":{},"serverInfo":{"name":"h","version":"1"}}';
    json(response, result(seen.body.id, answer));
  };
  const { origin } = await serve(speaking('2024-10-07', anyRevision));
  const { pool } = testPool();
  const instance = await pool.acquire(httpServer(`${origin}/mcp`), owner);
  expect(textOf(await callTool(instance, 'x'))).toBe('2024-10-07');
});

test('a stateless server that rejects the first request with a list that has its revision is asked once more', async () => {
  let rejected = 0;
  const { origin, seen } = await serve(({ body: { id, method } }, response) => {
    if (method === 'server/discover' && rejected++ > 0) {
      const capabilities = { tools: {} };
      const found = {
        supportedVersions: ['2026-07-28'],
        capabilities,
        serverInfo: { name: 's', version: '1' },
      };
      json(response, result(id, JSON.stringify(found)));
      return;
    }
    const data = { supported: ['2026-07-28'], requested: '2026-07-28' };
    response.writeHead(400, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32022, message: 'no', data } }));
  }, 'modern');
  const { pool } = testPool();
  const instance = await pool.acquire(httpServer(`${origin}/mcp`), { ...owner, era: 'modern' });
  expect(instance.era).toBe('modern');
  expect(seen.map(({ body }) => body.method)).toEqual(['server/discover', 'server/discover']);
});
