import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { resolve } from 'node:path';
import { expect } from 'vitest';
import { freePort, root, TestGateway } from '../gateway.ts';
import { ListeningServer } from '../stubs/listeningServer.ts';
import { callerNamed, credentialsOf } from '../rpc.ts';

const caller = callerNamed('tester');

/** A server over HTTP that is killed and started again, with a call that it answers quickly and one that it does not. */
export interface KilledServer {
  readonly script: string;
  readonly path?: string;
  readonly quick: { readonly name: string; readonly arguments?: Record<string, unknown> };
  readonly slow: { readonly name: string; readonly arguments?: Record<string, unknown> };
  readonly args?: readonly string[];
}

/** A client of one server that the test kills. */
async function connected(server: KilledServer) {
  const port = await freePort();
  const upstream = new ListeningServer(port, resolve(root, server.script), ...(server.args ?? []));
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

/**
 * A server is killed and started again: between calls none fails; in a call that call alone does, with its reason.
 */
export async function killAndRestart(server: KilledServer): Promise<void> {
  await using connection = await connected(server);
  const { client, gateway, upstream } = connection;
  const before = await client.callTool(server.quick);
  expect(before.isError ?? false).toBe(false);
  await upstream.kill();
  await upstream.start();
  for (let n = 0; n < 3; n++) expect(await client.callTool(server.quick)).toEqual(before);
  expect(await outcomesIn(gateway)).toEqual(['ok', 'ok', 'ok', 'ok']);

  const slow = client.callTool(server.slow).catch((error: unknown) => error);
  await expect
    .poll(async () => (await gateway.audit()).filter(({ event }) => event === 'tool_authz'))
    .toHaveLength(5);
  await upstream.kill();
  expect(await slow).toMatchObject({ code: -32010, message: expect.stringContaining('killed') as string });
  await upstream.start();
  const after = await Promise.all([1, 2, 3].map(() => client.callTool(server.quick)));
  for (const answer of after) expect(answer).toEqual(before);
  const outcomes = await outcomesIn(gateway);
  expect(outcomes.filter((outcome) => outcome !== 'ok')).toHaveLength(1);
}
