import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestGateway } from '../harness/gateway.ts';
import { callerNamed, callTool, post, rpc, startAll, toolNames, credentialsOf } from '../harness/rpc.ts';
import { everything, fixture, memory } from '../harness/servers.ts';

const vscode = callerNamed('vscode');
const codex = callerNamed('codex');
const narrow = callerNamed('narrow');
const limited = callerNamed('limited');
let gateway: TestGateway;

beforeAll(async () => {
  gateway = await TestGateway.start({
    clients: {
      vscode: { token: vscode.token, allow_servers: ['everything', 'memory', 'blocked', 'listed'] },
      codex: { token: codex.token, allow_servers: ['memory'] },
      narrow: {
        token: narrow.token,
        allow_servers: ['everything'],
        tool_policy: { everything: { mode: 'allow_list', allow_tools: ['echo'] } },
      },
      limited: { token: limited.token, allow_servers: ['plain'], rate_limit_rpm: 3 },
      nobody: { token: 'token-of-nobody-0123456789', allow_servers: [] },
    },
    servers: {
      everything: { ...everything(), tool_policy: { mode: 'allow_all', deny_tools: ['get-env'] } },
      memory: memory(),
      blocked: { ...memory(), tool_policy: { mode: 'deny_all' } },
      listed: {
        ...memory(),
        tool_policy: { mode: 'allow_list', allow_tools: ['read_graph'], deny_tools: [] },
      },
      plain: fixture('plain-server.ts'),
    },
  });
  await startAll(gateway, vscode, ['everything', 'memory', 'listed']);
  await startAll(gateway, codex, ['memory']);
  await startAll(gateway, narrow, ['everything']);
});
afterAll(() => gateway[Symbol.asyncDispose]());

const list = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} });

test.each([
  ['the query', '?client_id=vscode&token=token-of-vscode-0123456789', {}],
  ['headers', '', credentialsOf(vscode)],
  ['a bearer token alone', '', { Authorization: `Bearer ${vscode.token}` }],
])(
  'a bare curl with credentials in %s lists the tools of the granted servers',
  async (_form, query, headers) => {
    const { status, body } = await post(`${gateway.origin}/mcp${query}`, list, headers);
    expect(status).toBe(200);
    const names = (body.result?.['tools'] as { name: string }[]).map(({ name }) => name);
    expect(names).toContain('everything__echo');
    expect(names).toContain('memory__read_graph');
    expect(names).toContain('listed__read_graph');
    expect(names.filter((name) => name.startsWith('listed__'))).toEqual(['listed__read_graph']);
    expect(names.filter((name) => name.startsWith('blocked__'))).toEqual([]);
    expect(names).not.toContain('everything__get-env');
  },
);

test('every client sees and calls only what it was granted', async () => {
  expect((await toolNames(gateway, codex)).every((name) => name.startsWith('memory__'))).toBe(true);
  expect(await toolNames(gateway, { id: 'nobody', token: 'token-of-nobody-0123456789' })).toEqual([]);
  const denied = await callTool(gateway, codex, 'everything__echo', { message: 'x' });
  expect(denied.body.error).toMatchObject({ code: -32003 });
  const missing = await callTool(gateway, codex, 'nonesuch__echo', {});
  expect(missing.body.error?.code).toBe(-32003);
  expect(missing.body.error?.message.replace('nonesuch', 'everything')).toBe(denied.body.error?.message);
});

test('tool policy holds on the list and on the call, and a client can only be restricted', async () => {
  expect(await toolNames(gateway, narrow)).toEqual(['everything__echo']);
  expect((await callTool(gateway, narrow, 'everything__echo', { message: 'hi' })).body.result).toBeDefined();
  expect((await callTool(gateway, narrow, 'everything__get-sum', { a: 1, b: 2 })).body.error?.code).toBe(
    -32011,
  );
  expect((await callTool(gateway, vscode, 'everything__get-env')).body.error).toMatchObject({
    code: -32011,
    data: { reason: 'tool_denied' },
  });
  expect((await callTool(gateway, vscode, 'blocked__read_graph')).body.error?.data).toEqual({
    reason: 'tool_policy_deny_all',
  });
  expect((await callTool(gateway, vscode, 'listed__create_entities')).body.error?.data).toEqual({
    reason: 'tool_not_in_allow_list',
  });
});

const resource = 'lmcp:everything/demo://resource/static/document/architecture.md';
const argument = { name: 'x', value: '' };
test.each([
  ['prompts/get', { name: 'everything__simple-prompt' }],
  ['resources/read', { uri: resource }],
  ['resources/subscribe', { uri: resource }],
  ['resources/unsubscribe', { uri: resource }],
  ['completion/complete', { ref: { type: 'ref/prompt', name: 'everything__simple-prompt' }, argument }],
  ['completion/complete', { ref: { type: 'ref/resource', uri: resource }, argument }],
])(
  '%s %j of a server that was not granted is denied, as of one that is not there',
  async (method, params) => {
    const denied = await rpc(gateway, codex, method, params);
    expect(denied.body.error?.code).toBe(-32003);
    const elsewhere = JSON.parse(JSON.stringify(params).replaceAll('everything', 'nonesuch')) as object;
    const missing = await rpc(gateway, codex, method, elsewhere);
    expect(missing.text.replaceAll('nonesuch', 'everything')).toBe(denied.text);
  },
);

test.each([
  'initialize',
  'tools/list',
  'prompts/list',
  'resources/list',
  'resources/templates/list',
  'logging/setLevel',
])(
  '%s on the path of a server that was not granted is denied, as on one that leads nowhere',
  async (method) => {
    const denied = await rpc(gateway, codex, method, { level: 'info' }, { path: '/mcp/everything' });
    expect(denied.body.error?.code).toBe(-32003);
    const missing = await rpc(gateway, codex, method, { level: 'info' }, { path: '/mcp/nonesuch' });
    expect(missing.text.replaceAll('nonesuch', 'everything')).toBe(denied.text);
  },
);

test('lists prompts and resources of granted servers only', async () => {
  const list = async (who: typeof codex, method: string) => (await rpc(gateway, who, method)).text;
  for (const method of ['prompts/list', 'resources/list', 'resources/templates/list']) {
    expect(await list(vscode, method)).toContain('everything');
    expect(await list(codex, method)).not.toContain('everything');
  }
});

test('a denial on the path of one server is logged before it is answered', async () => {
  // The first of its kind: repeats are counted.
  const { body } = await rpc(gateway, codex, 'prompts/get', { name: 'x' }, { path: '/mcp/everything' });
  expect(body.error?.code).toBe(-32003);
  expect((await gateway.audit()).at(-1)).toMatchObject({
    event: 'server_auth',
    client_id: 'codex',
    server_id: 'everything',
    allowed: false,
    reason: 'server_not_allowed',
  });
});

test('a call goes through, also under the older name with a dot and on the path of one server', async () => {
  const echoed = { content: [{ type: 'text', text: 'Echo: hello' }] };
  expect((await callTool(gateway, vscode, 'everything__echo', { message: 'hello' })).body.result).toEqual(
    echoed,
  );
  expect((await callTool(gateway, vscode, 'everything.echo', { message: 'hello' })).body.result).toEqual(
    echoed,
  );
  const bare = { path: '/mcp/everything' };
  const params = { name: 'echo', arguments: { message: 'hello' } };
  expect((await rpc(gateway, vscode, 'tools/call', params, bare)).body.result).toEqual(echoed);
  expect(await toolNames(gateway, vscode, '/mcp/everything')).toContain('echo');
  expect((await rpc(gateway, codex, 'tools/call', params, bare)).body.error?.code).toBe(-32003);
  expect((await rpc(gateway, vscode, 'tools/call', { name: 'get-env' }, bare)).body.error?.code).toBe(-32011);
});

test.each([
  ['no credentials', null],
  ['an unknown client', { id: 'nonesuch', token: 'x' }],
  ['a wrong token', { id: 'vscode', token: 'x' }],
  ['a token of somebody else', { id: 'vscode', token: codex.token }],
  ['a prototype', { id: '__proto__', token: 'x' }],
])('%s: a request gets −32001 in an HTTP 200, and always the same words', async (_what, caller) => {
  const { status, text } = await rpc(gateway, caller, 'tools/list');
  expect(status).toBe(200);
  expect(text).toMatch(
    /^\{"jsonrpc":"2.0","id":1,"error":\{"code":-32001,"message":"LMCP does not accept these credentials/,
  );
  expect(text).not.toContain('nonesuch');
  const same = await rpc(gateway, { id: 'vscode', token: 'wrong' }, 'tools/list');
  expect(text).toBe(same.text);
});

test('answers GET, DELETE and notifications with 401', async () => {
  const notification = JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' });
  expect((await post(`${gateway.origin}/mcp?client_id=vscode&token=x`, notification)).status).toBe(401);
  expect((await fetch(`${gateway.origin}/mcp?client_id=vscode&token=x`)).status).toBe(401);
  expect((await fetch(`${gateway.origin}/mcp?client_id=vscode&token=x`, { method: 'DELETE' })).status).toBe(
    401,
  );
});

test('two credentials that differ are denied', async () => {
  const { body } = await post(`${gateway.origin}/mcp?client_id=vscode&token=${vscode.token}`, list, {
    Authorization: `Bearer ${codex.token}`,
  });
  expect(body.error?.code).toBe(-32001);
});

test('above its rate limit a client gets −32009 and the time to retry', async () => {
  for (let i = 0; i < 3; i++) expect((await rpc(gateway, limited, 'ping')).body.result).toEqual({});
  const { status, body } = await rpc(gateway, limited, 'ping');
  expect(status).toBe(200);
  expect(body.error?.code).toBe(-32009);
  expect(body.error?.data?.['retry_after_s']).toBeGreaterThan(0);
  const envelope = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  const headers = { 'MCP-Protocol-Version': '2026-07-28', 'Mcp-Method': 'server/discover' };
  const stateless = await rpc(gateway, limited, 'server/discover', { _meta: envelope }, { headers });
  expect(stateless.body.error?.code).toBe(-32009);
});

test.each([
  'line\nbreak',
  'nul\0byte',
  'ｅverything',
  '__proto__',
  'x'.repeat(10_000),
  '\ud800',
  '‮gnihtyreve',
])('a hostile name is denied and leaves one valid line: %j', async (name) => {
  const { body } = await callTool(gateway, vscode, `${name}__echo`);
  expect([-32003, -32602]).toContain(body.error?.code);
  const last = (await gateway.audit()).at(-1);
  expect(last).toMatchObject({ client_id: 'vscode', allowed: false });
});

test('an allowed call leaves its four lines, tied together, without a secret or a value', async () => {
  const secretArgument = 'an-argument-nobody-may-write-down';
  await rpc(
    gateway,
    vscode,
    'tools/call',
    { name: 'everything__echo', arguments: { message: secretArgument } },
    {
      headers: { 'X-Request-Id': 'from-elsewhere.1' },
    },
  );
  const lines = (await gateway.audit()).filter(({ request_id }) => request_id === 'from-elsewhere.1');
  expect(lines.map(({ event }) => event)).toEqual([
    'client_auth',
    'server_auth',
    'tool_authz',
    'tool_result',
  ]);
  expect(new Set(lines.map(({ call }) => call)).size).toBe(1);
  expect(lines[2]).toMatchObject({
    client_id: 'vscode',
    server_id: 'everything',
    tool_name: 'echo',
    allowed: true,
  });
  expect(lines[2]?.detail).toMatchObject({
    args: { bytes: JSON.stringify({ message: secretArgument }).length },
  });
  expect(lines[3]?.detail).toMatchObject({ outcome: 'ok' });
  const everythingWritten = JSON.stringify(await gateway.audit()) + gateway.output;
  for (const secret of [secretArgument, vscode.token, codex.token, limited.token]) {
    expect(everythingWritten).not.toContain(secret);
  }
});

test('the log verifies after all of this', async () => {
  const { code, stdout } = await gateway.cli('audit', 'verify');
  expect(stdout + String(code)).toContain('0');
  expect(code).toBe(0);
});
