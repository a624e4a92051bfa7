import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestGateway, until, type RegistryInput } from '../harness/gateway.ts';
import { callerNamed, rpc, type RpcAnswer } from '../harness/rpc.ts';
import { fixture } from '../harness/servers.ts';

const caller = callerNamed('tester');
const mib = 1024 ** 2;
let gateway: TestGateway;
let http: Server;
let registry: RegistryInput;

/** A server of Streamable HTTP whose tool `huge` answers with a number of bytes of text: as JSON, or as an event. */
function hugeServer(): Server {
  return createServer((request, response) => {
    void text(request).then((body) => {
      const { id, method, params } = JSON.parse(body || '{}') as {
        id?: number;
        method?: string;
        params?: { protocolVersion?: string; arguments?: { bytes: number; event?: boolean } };
      };
      if (id === undefined) return response.writeHead(202).end();
      const { bytes = 0, event = false } = params?.arguments ?? {};
      const results: Record<string, unknown> = {
        initialize: {
          protocolVersion: params?.protocolVersion,
          capabilities: { tools: {} },
          serverInfo: { name: 'huge', version: '1' },
        },
        'tools/list': { tools: [{ name: 'huge', inputSchema: { type: 'object' } }] },
        'tools/call': { content: [{ type: 'text', text: 'x'.repeat(bytes) }] },
      };
      const answer = JSON.stringify({ jsonrpc: '2.0', id, result: results[method ?? ''] ?? {} });
      response.writeHead(200, { 'Content-Type': event ? 'text/event-stream' : 'application/json' });
      return response.end(event ? `data: ${answer}\n\n` : answer);
    });
  });
}

beforeAll(async () => {
  http = hugeServer();
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`;
  registry = {
    lmcp: { max_result_mib: 1 },
    clients: { tester: { token: caller.token, allow_servers: ['process', 'http'] } },
    servers: {
      process: { ...fixture('hostile-server.ts'), unlisted_tools: 'allow' },
      http: { transport: 'http', url },
    },
  };
  gateway = await TestGateway.start(registry);
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  http.close();
});

async function huge(server: string, bytes: number, event = false): Promise<RpcAnswer> {
  const params = { name: 'huge', arguments: { bytes, event } };
  return (await rpc(gateway, caller, 'tools/call', params, { path: `/mcp/${server}` })).body;
}

test.each([
  ['process', false],
  ['http', false],
  ['http', true],
])('%s (as an event: %s): a result above lmcp.max_result_mib fails its call alone', async (server, event) => {
  expect((await huge(server, mib - 1_000, event)).result).toBeDefined();
  const running = huge(server, 100, event);
  const { error } = await huge(server, mib, event);
  expect(error).toMatchObject({ code: -32010, data: { kind: 'too_large' } });
  expect(error?.message).toMatch(
    /answered with .*\d{7} bytes; lmcp\.max_result_mib allows 1048576 \(1 MiB\)/,
  );
  expect((await running).result).toBeDefined();
  const results = (await gateway.audit()).filter(
    ({ event: name, server_id }) => name === 'tool_result' && server_id === server,
  );
  expect(results.map(({ detail }) => detail?.['outcome'])).toContain('too_large');
});

test('a raised limit holds for instances that run already', async () => {
  await gateway.writeRegistry({ ...registry, lmcp: { max_result_mib: 40 } });
  for (const server of ['process', 'http'])
    await until('the limit is raised', async () => (await huge(server, 36 * mib)).result !== undefined);
});
