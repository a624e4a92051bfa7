import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { freePort, root, TestGateway } from './harness/gateway.ts';
import { ListeningServer } from './harness/stubs/listeningServer.ts';
import { credentialsOf } from './harness/rpc.ts';

const caller = { id: 'tester', token: 'token-of-tester-0123456789' };

interface Case {
  readonly script: string;
  readonly path?: string;
  readonly quick: { readonly name: string; readonly arguments?: Record<string, unknown> };
  readonly slow: { readonly name: string; readonly arguments?: Record<string, unknown> };
  readonly args?: readonly string[];
}

const sdk = 'e2e/node_modules/@modelcontextprotocol/sdk/dist/esm/examples/server';
const everything = 'e2e/node_modules/@modelcontextprotocol/server-everything/dist/index.js';
const longRunning = { name: 'trigger-long-running-operation', arguments: { duration: 60, steps: 1 } };
const stream = (interval: number): Case['quick'] => ({
  name: 'start-notification-stream',
  arguments: { interval, count: 1 },
});
const greeting = { name: 'greet', arguments: { name: 'Ada' } };

const servers: Readonly<Record<string, Case>> = {
  'server-everything': {
    script: everything,
    args: ['streamableHttp'],
    quick: { name: 'echo', arguments: { message: 'x' } },
    slow: longRunning,
  },
  'server-everything over HTTP+SSE': {
    script: everything,
    args: ['sse'],
    path: '/sse',
    quick: { name: 'echo', arguments: { message: 'x' } },
    slow: longRunning,
  },
  'a server that refuses as FastMCP does': {
    script: 'e2e/fixtures/forgetful-server.ts',
    quick: { name: 'echo' },
    slow: { name: 'slow' },
  },
  'the example with sessions': {
    script: `${sdk}/simpleStreamableHttp.js`,
    quick: greeting,
    slow: stream(60_000),
  },
  'the example that answers as JSON': {
    script: `${sdk}/jsonResponseStreamableHttp.js`,
    quick: greeting,
    slow: { name: 'multi-greet', arguments: { name: 'Ada' } },
  },
  'the example without sessions': {
    script: `${sdk}/simpleStatelessStreamableHttp.js`,
    quick: stream(1),
    slow: stream(60_000),
  },
  'the example of HTTP+SSE': { script: `${sdk}/simpleSseServer.js`, quick: stream(1), slow: stream(60_000) },
  'the example of both transports': {
    script: `${sdk}/sseAndStreamableHttpCompatibleServer.js`,
    quick: stream(1),
    slow: stream(60_000),
  },
};

/** A client of one server that the test kills. */
async function connected(server: Case) {
  const port = await freePort();
  const upstream = new ListeningServer(port, join(root, server.script), ...(server.args ?? []));
  await upstream.start();
  const gateway = await TestGateway.start({
    clients: { tester: { token: caller.token, allow_servers: ['killed'] } },
    servers: { killed: { transport: 'http', url: `http://127.0.0.1:${port}${server.path ?? '/mcp'}` } },
  });
  const client = new Client({ name: 'official', version: '1' });
  const requestInit = { headers: credentialsOf(caller) };
  const url = new URL(`${gateway.origin}/mcp/killed`);
  await client.connect(new StreamableHTTPClientTransport(url, { requestInit }));
  return {
    upstream,
    gateway,
    client,
    [Symbol.asyncDispose]: async () => {
      await client.close();
      await gateway[Symbol.asyncDispose]();
      await upstream[Symbol.asyncDispose]();
    },
  };
}

async function outcomesIn(gateway: TestGateway): Promise<unknown[]> {
  const results = (await gateway.audit()).filter(({ event }) => event === 'tool_result');
  return results.map(({ detail }) => detail?.['outcome']);
}

test.each(Object.entries(servers))(
  '%s, killed in a call and started again: that call alone fails, with its reason',
  async (_name, server) => {
    await using connection = await connected(server);
    const { client, gateway, upstream } = connection;
    const before = await client.callTool(server.quick);
    expect(before.isError ?? false).toBe(false);
    const slow = client.callTool(server.slow).catch((error: unknown) => error);
    await expect
      .poll(async () => (await gateway.audit()).filter(({ event }) => event === 'tool_authz'))
      .toHaveLength(2);
    await upstream.kill();
    expect(await slow).toMatchObject({ code: -32010, message: expect.stringContaining('killed') as string });
    await upstream.start();
    const after = await Promise.all([1, 2, 3].map(() => client.callTool(server.quick)));
    for (const answer of after) expect(answer).toEqual(before);
    const outcomes = await outcomesIn(gateway);
    expect(outcomes.filter((outcome) => outcome !== 'ok')).toHaveLength(1);
  },
);

test.each(Object.entries(servers))(
  '%s, killed and started again between calls: none fails',
  async (_name, server) => {
    await using connection = await connected(server);
    const { client, gateway, upstream } = connection;
    const before = await client.callTool(server.quick);
    await upstream.kill();
    await upstream.start();
    for (let n = 0; n < 3; n++) expect(await client.callTool(server.quick)).toEqual(before);
    expect(await outcomesIn(gateway)).toEqual(['ok', 'ok', 'ok', 'ok']);
  },
);
