import { createMCPClient } from '@ai-sdk/mcp';
import { loadMcpTools } from '@langchain/mcp-adapters';
import {
  Client as ClientV2,
  StreamableHTTPClientTransport as TransportV2,
} from '@modelcontextprotocol/client';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport as TransportV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { irreparable, repairable } from '../fixtures/odd/carelessTools.ts';
import { caller, offered, startCareless } from '../harness/carelessGateway.ts';
import type { TestGateway } from '../harness/gateway.ts';
import { credentialsOf, rpc } from '../harness/rpc.ts';
import { fixture } from '../harness/servers.ts';

const headers = credentialsOf(caller);
let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startCareless();
});
afterAll(() => gateway[Symbol.asyncDispose]());

async function v1(transport: Transport): Promise<ClientV1> {
  const client = new ClientV1({ name: 'v1', version: '1' });
  await client.connect(transport);
  return client;
}

const overHttp = (path = '/mcp') =>
  new TransportV1(new URL(`${gateway.origin}${path}`), { requestInit: { headers } });

/** The list parsers of clients in use: what each reads of `/mcp`. */
const clients: Readonly<Record<string, () => Promise<string[]>>> = {
  'SDK v1': async () => {
    await using client = closing(await v1(overHttp()));
    return (await client.listTools()).tools.map(({ name }) => name);
  },
  'SDK v2': async () => {
    await using client = closing(new ClientV2({ name: 'v2', version: '1' }));
    await client.connect(new TransportV2(new URL(`${gateway.origin}/mcp`), { requestInit: { headers } }));
    return (await client.listTools()).tools.map(({ name }) => name);
  },
  'SDK v2, stateless': async () => {
    const options = { versionNegotiation: { mode: 'auto' } } as const;
    await using client = closing(new ClientV2({ name: 'v2', version: '1' }, options));
    await client.connect(new TransportV2(new URL(`${gateway.origin}/mcp`), { requestInit: { headers } }));
    return (await client.listTools()).tools.map(({ name }) => name);
  },
  'AI SDK': async () => {
    const url = `${gateway.origin}/mcp`;
    await using client = closing(await createMCPClient({ transport: { type: 'http', url, headers } }));
    return Object.keys(await client.tools());
  },
  LangChain: async () => {
    await using client = closing(await v1(overHttp()));
    return (await loadMcpTools('lmcp', client)).map(({ name }) => name);
  },
};

test.each(Object.entries(clients))('offers all tools of all servers to %s', async (_client, read) => {
  expect((await read()).sort()).toEqual(offered);
});

const whole = () => clientOf(fixture('odd/careless-server.ts'));
function clientOf({ command, args }: { command: string; args: string[] }): Promise<ClientV1> {
  return v1(new StdioClientTransport({ command, args }));
}

test.each([...repairable, ...irreparable])(
  'repairs or leaves out what the official client rejects of the server itself: $name',
  async ({ name }) => {
    await using direct = closing(await clientOf(fixture('odd/careless-server.ts', name)));
    await expect(direct.listTools()).rejects.toThrow(/invalid|expected/i);
  },
);

test('gives the definitions on the path of one server as the server gave them', async () => {
  const { body } = await rpc(gateway, caller, 'tools/list', {}, { path: '/mcp/careless' });
  expect(body.result?.['tools']).toEqual([...repairable, ...irreparable]);
});

test.each([
  ['/mcp', 'careless__'],
  ['/mcp/careless', ''],
])('calls a tool that was repaired, and one that was left out, on %s', async (path, prefix) => {
  for (const name of ['schema_missing', 'schema_false']) {
    const params = { name: `${prefix}${name}`, arguments: {} };
    const { body } = await rpc(gateway, caller, 'tools/call', params, { path });
    expect(body.result).toEqual({ content: [{ type: 'text', text: `called ${name}` }] });
  }
});

test('offers prompts, resources and templates that the official client rejects of the server itself', async () => {
  await using direct = closing(await whole());
  await expect(direct.listPrompts()).rejects.toThrow();
  await expect(direct.listResources()).rejects.toThrow();
  await expect(direct.listResourceTemplates()).rejects.toThrow();
  await using client = closing(await v1(overHttp()));
  expect((await client.listPrompts()).prompts).toEqual([{ name: 'careless__p', arguments: [{ name: 'a' }] }]);
  expect((await client.listResources()).resources).toMatchObject([{ name: 'a:b' }]);
  expect((await client.listResourceTemplates()).resourceTemplates).toMatchObject([{ name: 'a:{b}' }]);
});

test('reports invalid definitions in the terminal, in status and to management', async () => {
  await rpc(gateway, caller, 'tools/list');
  expect(gateway.output).toContain(
    'server "careless" defines tools that strict clients reject: "schema_missing"',
  );
  const management = { 'X-Lmcp-Management-Token': 'management-token-0123456789' };
  const get = async (path: string, own: Record<string, string>) =>
    (await (await fetch(`${gateway.origin}${path}`, { headers: own })).json()) as Record<string, unknown>;
  const count = repairable.length + irreparable.length;
  const status = await get('/status', management);
  expect((status['status'] as { servers: unknown[] }).servers).toMatchObject([
    { server_id: 'good', invalid_tool_count: 0 },
    { server_id: 'careless', invalid_tool_count: count },
  ]);
  expect(JSON.stringify(await get('/status', {}))).not.toContain('invalid_tool_count');
  const { server } = await get('/management/servers/careless', management);
  expect(server).toMatchObject({ invalid_tool_count: count });
  const tools = (server as { tools: { left_out: boolean; repairs: string[] }[] }).tools;
  expect(tools.filter(({ left_out: leftOut }) => leftOut)).toHaveLength(irreparable.length);
  expect(tools.every(({ repairs }) => repairs.length > 0)).toBe(true);
  expect((await gateway.cli('status')).stdout).toContain(`${count} (${count} invalid)`);
});

function closing<C extends { close(): Promise<void> }>(client: C): C & AsyncDisposable {
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.close() });
}
