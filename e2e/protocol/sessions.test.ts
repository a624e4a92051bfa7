import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestGateway, sleep, until } from '../harness/gateway.ts';
import { callerNamed, callTool, post, rpc, credentialsOf } from '../harness/rpc.ts';
import { fixture } from '../harness/servers.ts';

const caller = callerNamed('tester');
/** Another token of the same client, as during a rotation. */
const spare = { id: caller.id, token: 'token-to-come-0123456789' };
const other = callerNamed('other');
let gateway: TestGateway;

const servers = { plain: fixture('plain-server.ts'), hostile: fixture('hostile-server.ts') };
const clients = {
  tester: { token: [caller.token, spare.token], allow_servers: ['plain', 'hostile'] },
  other: { token: other.token, allow_servers: ['plain'] },
};

beforeAll(async () => {
  gateway = await TestGateway.start({ clients, servers });
});
afterAll(() => gateway[Symbol.asyncDispose]());

const credentials = (who = caller) => credentialsOf(who);

async function connect(who = caller): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' });
  const requestInit = { headers: credentials(who) };
  await client.connect(new StreamableHTTPClientTransport(new URL(`${gateway.origin}/mcp`), { requestInit }));
  return client;
}

async function open(protocolVersion: string, path = '/mcp'): Promise<{ session: string; version: unknown }> {
  const params = { protocolVersion, capabilities: {}, clientInfo: { name: 'x', version: '1' } };
  const { headers, body } = await rpc(gateway, caller, 'initialize', params, { path });
  return { session: headers.get('mcp-session-id') ?? '', version: body.result?.['protocolVersion'] };
}

test.each([
  ['2025-11-25', '2025-11-25'],
  ['2025-06-18', '2025-06-18'],
  ['2025-03-26', '2025-03-26'],
  ['1999-01-01', '2025-11-25'],
])('initialize with %s settles on %s', async (asked, settled) => {
  const { session, version } = await open(asked);
  expect(version).toBe(settled);
  expect(session).toMatch(/^[A-Za-z0-9_-]{32}$/);
});

test('a session is one only for the token that opened it, and for its path', async () => {
  const { session } = await open('2025-06-18');
  const ping = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' });
  const headers = { 'Mcp-Session-Id': session };
  expect((await post(`${gateway.origin}/mcp`, ping, { ...credentials(), ...headers })).body.result).toEqual(
    {},
  );
  for (const who of [other, spare]) {
    expect((await post(`${gateway.origin}/mcp`, ping, { ...credentials(who), ...headers })).status).toBe(404);
  }
  expect((await post(`${gateway.origin}/mcp/plain`, ping, { ...credentials(), ...headers })).status).toBe(
    404,
  );
  expect(
    (await post(`${gateway.origin}/mcp`, ping, { ...credentials(), 'Mcp-Session-Id': 'x' })).status,
  ).toBe(404);
  const end = () =>
    fetch(`${gateway.origin}/mcp`, { method: 'DELETE', headers: { ...credentials(), ...headers } });
  expect((await end()).status).toBe(204);
  expect((await end()).status).toBe(404);
});

test.each(['/mcp', '/mcp/plain'])('%s is the same address with a slash at its end', async (path) => {
  const [without, withSlash] = [
    await rpc(gateway, other, 'tools/list', {}, { path }),
    await rpc(gateway, other, 'tools/list', {}, { path: `${path}/` }),
  ];
  expect(without.body.result?.['tools']).not.toEqual([]);
  expect(withSlash.body).toEqual(without.body);
});

test.each(['tools/list', 'prompts/list', 'resources/list', 'resources/templates/list'])(
  '%s takes the cursor null for none, and rejects every other',
  async (method) => {
    const first = await rpc(gateway, other, method);
    expect(first.body.result).toBeDefined();
    expect((await rpc(gateway, other, method, { cursor: null })).body).toEqual(first.body);
    expect((await rpc(gateway, other, method, { cursor: 'x' })).body.error?.code).toBe(-32602);
  },
);

test('a GET without a session is answered 405 immediately', async () => {
  const headers = { ...credentials(), Accept: 'text/event-stream' };
  expect((await fetch(`${gateway.origin}/mcp`, { headers })).status).toBe(405);
});

test.each([
  ['server/discover', {}, {}, -32602],
  ['tools/list', { _meta: { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' } }, {}, -32020],
  ['tools/list', {}, { 'MCP-Protocol-Version': '2026-07-28' }, -32602],
  ['tools/list', {}, { 'MCP-Protocol-Version': 'v9' }, -32022],
])('half a stateless request is rejected: %s %j %j', async (method, params, headers, code) => {
  const { status, body } = await rpc(gateway, caller, method, params, { headers });
  expect(status).toBe(400);
  expect(body.error?.code).toBe(code);
});

test('batches belong to 2025-03-26 alone', async () => {
  const batch = JSON.stringify([
    { jsonrpc: '2.0', id: 1, method: 'ping' },
    { jsonrpc: '2.0', method: 'notifications/initialized' },
    {
      jsonrpc: '2.0',
      id: 'b',
      method: 'tools/call',
      params: { name: 'plain__add', arguments: { a: 1, b: 1 } },
    },
    { jsonrpc: '2.0', id: 3, method: 'tools/call', params: { name: 'nonesuch__add' } },
    17,
  ]);
  const send = async (revision: string, headers: Record<string, string> = {}) => {
    const { session } = await open(revision);
    return post(`${gateway.origin}/mcp`, batch, { ...credentials(), 'Mcp-Session-Id': session, ...headers });
  };
  const { status, body } = await send('2025-03-26');
  expect(status).toBe(200);
  expect(body).toMatchObject([
    { id: 1, result: {} },
    { id: 'b', result: { content: [{ text: '2' }] } },
    { id: 3, error: { code: -32003 } },
    { id: null, error: { code: -32600 } },
  ]);
  expect((await send('2025-06-18')).status).toBe(400);
  // What the session has settled on counts, not what a header says.
  expect((await send('2025-06-18', { 'MCP-Protocol-Version': '2025-03-26' })).status).toBe(400);
});

test('progress reaches the caller under its own token, before the answer', async () => {
  const client = await connect();
  const seen: unknown[] = [];
  const result = await client.callTool({ name: 'plain__slow', arguments: { ms: 200 } }, undefined, {
    onprogress: (progress) => seen.push(progress),
  });
  expect(result.content).toEqual([{ type: 'text', text: 'done' }]);
  expect(seen).toEqual([
    { progress: 1, total: 2 },
    { progress: 2, total: 2 },
  ]);
  await client.close();
});

test('progress for a token never given goes nowhere', async () => {
  const client = await connect();
  const seen: unknown[] = [];
  await client.callTool({ name: 'hostile__progress' }, undefined, {
    onprogress: (progress) => seen.push(progress),
  });
  expect(seen).toEqual([{ progress: 1 }]);
  await client.close();
});

test('cancelling reaches the server, and the outcome is logged', async () => {
  const client = await connect();
  const abort = new AbortController();
  const call = client.callTool({ name: 'hostile__hang' }, undefined, { signal: abort.signal });
  await until('the call is decided', async () =>
    (await gateway.audit()).some(({ event, tool_name: tool }) => event === 'tool_authz' && tool === 'hang'),
  );
  // Between the decision and the server there are a few milliseconds, in which there would be nothing to cancel there.
  await sleep(1_000);
  abort.abort();
  await expect(call).rejects.toThrow();
  await until('the outcome is logged', async () =>
    (await gateway.audit()).some(
      ({ event, detail }) => event === 'tool_result' && detail?.['outcome'] === 'cancelled',
    ),
  );
  expect((await client.callTool({ name: 'plain__add', arguments: { a: 1, b: 2 } })).content).toEqual([
    { type: 'text', text: '3' },
  ]);
  await client.close();
});

test('list_changed reaches the sessions of the client whose server said so, and no other', async () => {
  const [mine, theirs] = [await connect(), await connect(other)];
  const heard = { mine: 0, theirs: 0 };
  const { ToolListChangedNotificationSchema } = await import('@modelcontextprotocol/sdk/types.js');
  mine.setNotificationHandler(ToolListChangedNotificationSchema, () => void (heard.mine += 1));
  theirs.setNotificationHandler(ToolListChangedNotificationSchema, () => void (heard.theirs += 1));
  await mine.callTool({ name: 'plain__add_tool' });
  await until('it is heard', () => heard.mine === 1);
  expect((await mine.listTools()).tools.some(({ name }) => name.startsWith('plain__added_'))).toBe(true);
  expect(heard.theirs).toBe(0);
  await Promise.all([mine.close(), theirs.close()]);
});

test('an edit of the registry takes effect on the next message, is announced and logged; a broken one is not', async () => {
  const client = await connect(other);
  const { ToolListChangedNotificationSchema } = await import('@modelcontextprotocol/sdk/types.js');
  let heard = 0;
  client.setNotificationHandler(ToolListChangedNotificationSchema, () => void (heard += 1));
  await client.listTools();
  await gateway.writeRegistry({
    clients: { ...clients, other: { ...clients.other, allow_servers: [] } },
    servers,
  });
  await until('it is announced', () => heard === 1);
  expect((await client.listTools()).tools).toEqual([]);
  expect((await callTool(gateway, other, 'plain__echo')).body.error?.code).toBe(-32003);
  const change = (await gateway.audit()).findLast(({ event }) => event === 'config_change');
  expect(JSON.stringify(change?.detail)).toContain('other');

  await gateway.writeRegistry({
    clients: { ...clients, other: { ...clients.other, allow_servers: ['nonesuch'] } },
    servers,
  });
  const registry = async () =>
    ((await (await fetch(`${gateway.origin}/status`)).json()) as { status: { registry: { valid: boolean } } })
      .status.registry;
  await until('status says so', async () => !(await registry()).valid);
  expect((await callTool(gateway, other, 'plain__echo')).body.error?.code).toBe(-32003);
  expect((await callTool(gateway, caller, 'plain__echo')).body.result).toBeDefined();
  expect(gateway.output).toContain('nonesuch');

  await gateway.writeRegistry({ clients, servers });
  await until('the good one is active', async () => (await registry()).valid);
  expect((await callTool(gateway, other, 'plain__echo')).body.result).toBeDefined();
  await client.close();
});

test('a revoked token ends its sessions immediately', async () => {
  const { session } = await open('2025-11-25');
  const headers = { ...credentials(), 'Mcp-Session-Id': session, Accept: 'text/event-stream' };
  const stream = await fetch(`${gateway.origin}/mcp`, { headers });
  expect(stream.status).toBe(200);
  const ended = (async () => {
    for await (const _chunk of stream.body ?? []) await sleep(0);
    return 'ended';
  })();
  await gateway.writeRegistry({
    clients: { ...clients, tester: { ...clients.tester, token: 'a-new-token-0123456789' } },
    servers,
  });
  expect(await ended).toBe('ended');
  expect((await rpc(gateway, caller, 'ping')).body.error?.code).toBe(-32001);
  await gateway.writeRegistry({ clients, servers });
  await until(
    'the old token is back',
    async () => (await rpc(gateway, caller, 'ping')).body.result !== undefined,
  );
});
