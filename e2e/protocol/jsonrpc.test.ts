import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TestGateway } from '../harness/gateway.ts';
import { recorded } from '../harness/recording/recorded.ts';
import { post, type Reply } from '../harness/rpc.ts';
import { fixture } from '../harness/servers.ts';

const token = 'token-of-tester-0123456789';
let gateway: TestGateway;
let received: string;

beforeAll(async () => {
  gateway = await TestGateway.prepare({});
  received = join(gateway.folder, 'received');
  await gateway.writeRegistry({
    clients: { tester: { token, allow_servers: ['recording'] } },
    servers: {
      recording: {
        ...fixture('recording-server.ts', received),
        tool_policy: { mode: 'allow_list', allow_tools: ['echo'] },
      },
    },
  });
  await gateway.run();
});
afterAll(() => gateway[Symbol.asyncDispose]());

const send = (body: string, headers: Record<string, string> = {}): Promise<Reply> =>
  post(`${gateway.origin}/mcp?client_id=tester&token=${token}`, body, headers);
const calling = (params: string, id = '1'): string =>
  `{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":${params}}`;

/** What the server got since, as text: every byte of it. */
async function forwarded(body: string): Promise<{ reply: Reply; texts: string[] }> {
  const before = (await recorded(received)).length;
  const reply = await send(body);
  return { reply, texts: (await recorded(received)).slice(before) };
}

test('of duplicate keys the last one is checked, and the only one forwarded', async () => {
  const denied = await forwarded(calling('{"name":"recording__echo","name":"recording__secret"}'));
  expect([denied.reply.body.error?.code, denied.texts]).toEqual([-32011, []]);
  const allowed = await forwarded(
    calling('{"name":"recording__secret","arguments":{"a":1,"a":2},"name":"recording__echo"}'),
  );
  expect(allowed.reply.body.result).toBeDefined();
  expect(allowed.texts[0]).not.toContain('secret');
  expect(allowed.texts[0]?.match(/"name":/g)).toHaveLength(1);
  expect(allowed.texts[0]?.match(/"a":/g)).toHaveLength(1);
});

test.each(['Name', 'NAME', 'n\\u0041me', 'Arguments', '_META', 'argument\\u017f'])(
  'the key %s, which some servers would take for another, is rejected',
  async (key) => {
    const { reply, texts } = await forwarded(
      calling(`{"name":"recording__echo","${key}":"recording__secret"}`),
    );
    expect([reply.body.error?.code, texts]).toEqual([-32602, []]);
  },
);

test.each(['Name', 'TYPE', 'Uri'])('the key %s of what is completed is rejected as well', async (key) => {
  const ref = `{"type":"ref/prompt","name":"recording__greet","${key}":"recording__other"}`;
  const method = 'completion/complete';
  const body = `{"jsonrpc":"2.0","id":1,"method":"${method}","params":{"ref":${ref},"argument":{"name":"a","value":""}}}`;
  const before = (await recorded(received, method)).length;
  expect((await send(body)).body.error?.code).toBe(-32602);
  expect(await recorded(received, method)).toHaveLength(before);
});

test.each(['\n', '\r\n', '\r'])(
  'a pretty-printed body (%j) is one message to a server that reads lines',
  async (newline) => {
    const second = calling('{"name":"recording__secret"}', '2');
    const text = JSON.stringify(second);
    const params = `{"name":"recording__echo","arguments":{"text":${text}}}`;
    const pretty = JSON.stringify(JSON.parse(calling(params)), null, 2).replaceAll('\n', newline);
    const { reply, texts } = await forwarded(`${newline}${pretty}${newline}`);
    expect(reply.body.result).toBeDefined();
    expect(texts).toHaveLength(1);
    expect(texts[0]).not.toMatch(/[\r\n]./);
  },
);

test('keys written with escapes are what they mean', async () => {
  const { reply, texts } = await forwarded(
    calling('{"name":"recording__echo","n\\u0061me":"recording__secret"}'),
  );
  expect([reply.body.error?.code, texts]).toEqual([-32011, []]);
});

test('members beside params do not reach the server', async () => {
  const { texts } = await forwarded(
    `{"jsonrpc":"2.0","id":1,"method":"tools/call","Method":"tools/evil","Params":{"name":"secret"},"params":{"name":"recording__echo"}}`,
  );
  expect(texts).toHaveLength(1);
  expect(texts[0]).not.toMatch(/evil|secret/);
});

test('__proto__, constructor and prototype are names like others, on both sides', async () => {
  const args = '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}';
  const { texts } = await forwarded(
    calling(`{"name":"recording__echo","arguments":${args},"__proto__":{"x":1}}`),
  );
  expect(texts[0]).toContain(args);
  expect(texts[0]).toContain('"__proto__":{"x":1}');
  for (const name of ['__proto__', 'constructor', 'recording____proto__', '__proto____echo', 'toString']) {
    expect((await send(calling(`{"name":"${name}"}`))).body.error?.code).toBeLessThan(0);
  }
  expect((await send('{"jsonrpc":"2.0","id":1,"method":"ping"}')).body.result).toEqual({});
});

test('lone surrogates, NUL and every kind of white space in arguments arrive as they were sent', async () => {
  const args =
    '{"a":"\\ud800x\\udc00","b":"\\u0000","c":"\\u2028\\u2029\\ufeff","d":12345678901234567890,"e":1e400}';
  const { texts } = await forwarded(calling(`{"name":"recording__echo","arguments":${args}}`));
  const line = texts[0] ?? '';
  const { params } = JSON.parse(line) as { params: { arguments: Record<string, unknown> } };
  expect(params.arguments).toEqual(JSON.parse(args));
  expect(line).toContain('12345678901234567890');
  expect(line).toContain('1e400');
});

test.each([
  '1',
  '0',
  '-1',
  '1.5',
  '"1"',
  '""',
  '"\\u0000\\ud83d\\ude00"',
  '9007199254740993',
  '123456789012345678901234567890',
  '1e3',
])('the id %s is echoed exactly', async (id) => {
  const { text } = await send(`{"jsonrpc":"2.0","id":${id},"method":"ping"}`);
  const echoed = /^\{"jsonrpc":"2.0","id":(.*),"result":\{\}\}$/.exec(text)?.[1];
  // A string may be written with other escapes; a number keeps its digits.
  if (id.startsWith('"')) expect(JSON.parse(echoed ?? 'null')).toBe(JSON.parse(id));
  else expect(echoed).toBe(id);
});

test.each(['null', 'true', '{}', '[]', '[1]'])(
  'the id %s is rejected, and answered with null',
  async (id) => {
    const { body } = await send(`{"jsonrpc":"2.0","id":${id},"method":"ping"}`);
    expect([body.id, body.error?.code]).toEqual([null, -32600]);
  },
);

test.each([
  'null',
  '1',
  '"x"',
  'true',
  '[]',
  '{}',
  '{"jsonrpc":2.0,"id":1,"method":"ping"}',
  '{"jsonrpc":["2.0"],"id":1,"method":"ping"}',
  '{"jsonrpc":"2.0","id":1,"method":1}',
  '{"jsonrpc":"2.0","id":1,"method":null}',
  '{"jsonrpc":"2.0","id":1,"method":{"toString":"ping"}}',
  '{"jsonrpc":"2.0","id":1,"method":"ping","params":[]}',
  '{"jsonrpc":"2.0","id":1,"method":"ping","params":"x"}',
  '{"jsonrpc":"2.0","id":1,"method":"ping","params":1e400}',
  ...['null', '1', '{}', '[]', 'true', '""'].map((name) => calling(`{"name":${name}}`)),
  ...['1', '"x"', '[]', 'true'].map((args) => calling(`{"name":"recording__echo","arguments":${args}}`)),
  calling('{}'),
  ' ',
  '{"jsonrpc":"2.0","id":1,"method":"ping"}{"jsonrpc":"2.0","id":2,"method":"ping"}',
  "{'jsonrpc':'2.0'}",
  '{"jsonrpc":"2.0","id":1,"method":"ping",}',
  '\ufeff{"jsonrpc":"2.0","id":NaN,"method":"ping"}',
])('%s is rejected with an error of JSON-RPC, and nothing is forwarded', async (body) => {
  const { reply, texts } = await forwarded(body);
  // No JSON, no message, no such parameters; never a failure of our own.
  expect([-32700, -32600, -32602]).toContain(reply.body.error?.code);
  expect(texts).toEqual([]);
});

test.each([
  ['lists', '[', ']'],
  ['objects', '{"a":', '}'],
])('arguments nested too deep in %s are rejected; deep ones arrive', async (_, open, close) => {
  const nested = (depth: number): string => {
    const inside = open === '[' ? '' : '1';
    return calling(
      `{"name":"recording__echo","arguments":{"x":${open.repeat(depth)}${inside}${close.repeat(depth)}}}`,
    );
  };
  for (const depth of [1_001, 20_000, 150_000]) {
    const { reply, texts } = await forwarded(nested(depth));
    expect([reply.body.error?.code, texts]).toEqual([-32700, []]);
  }
  expect((await forwarded(nested(900))).texts).toHaveLength(1);
});

test('batches: rejected where the revision has none, bounded where it has, each message through the checks', async () => {
  const many = (count: number): string =>
    `[${Array.from({ length: count }, (_, i) => calling('{"name":"recording__echo"}', String(i))).join(',')}]`;
  const revision = (version: string): Record<string, string> => ({ 'MCP-Protocol-Version': version });
  for (const version of ['2024-11-05', '2025-06-18', '2025-11-25', '2026-07-28']) {
    const before = (await recorded(received)).length;
    expect((await send(many(2), revision(version))).status).toBe(400);
    expect(await recorded(received)).toHaveLength(before);
  }
  const before = (await recorded(received)).length;
  expect((await send(many(101), revision('2025-03-26'))).status).toBe(400);
  expect(await recorded(received)).toHaveLength(before);
  const mixed = `[${calling('{"name":"recording__echo"}', '1')},${calling('{"name":"recording__secret"}', '2')},5]`;
  const { text } = await send(mixed, revision('2025-03-26'));
  const answers = JSON.parse(text) as { id: unknown; error?: { code: number } }[];
  expect(answers.map(({ id, error }) => [id, error?.code])).toEqual([
    [1, undefined],
    [2, -32011],
    [null, -32600],
  ]);
});

describe('a stateless request', () => {
  const version = '2026-07-28';
  const meta = `"_meta":{"io.modelcontextprotocol/protocolVersion":"${version}","io.modelcontextprotocol/clientCapabilities":{}}`;
  const body = calling(`{"name":"recording__echo",${meta}}`);
  const headers = {
    'MCP-Protocol-Version': version,
    'Mcp-Method': 'tools/call',
    'Mcp-Name': 'recording__echo',
  };

  test('whose headers say what its body says is forwarded', async () => {
    const before = (await recorded(received)).length;
    expect((await send(body, headers)).body.result).toBeDefined();
    expect(await recorded(received)).toHaveLength(before + 1);
  });

  test.each([
    { 'Mcp-Method': 'tools/list' },
    { 'Mcp-Method': 'Tools/Call' },
    { 'Mcp-Method': '' },
    { 'Mcp-Name': 'recording__secret' },
    { 'Mcp-Name': 'recording__ECHO' },
    { 'Mcp-Name': '=?base64?c2VjcmV0?=' },
    { 'Mcp-Name': '' },
    { 'MCP-Protocol-Version': '2025-11-25' },
    { 'MCP-Protocol-Version': '2026-12-31' },
    { 'MCP-Protocol-Version': '' },
  ])('whose headers say otherwise is rejected, and nothing is forwarded: %j', async (other) => {
    const before = (await recorded(received)).length;
    const { status, body: answer } = await send(body, { ...headers, ...other });
    expect([status, answer.id, answer.error?.code]).toEqual([400, 1, -32020]);
    expect(await recorded(received)).toHaveLength(before);
  });
});
