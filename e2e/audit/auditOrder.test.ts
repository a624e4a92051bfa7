import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { recordedMessages } from '../harness/recording/recorded.ts';
import { recordingGateway, tester, type RecordingGateway } from '../harness/recording/recordingGateway.ts';
import { rpc, type Caller, type Reply, credentialsOf } from '../harness/rpc.ts';
import { Tracer } from '../harness/processes/tracer.ts';

/**
 * The minimum time that the disk takes to confirm. What waits for it happens that much after the line was made, or later:
 * a machine that stalls makes the distance longer, never shorter.
 */
const slowMs = 700;
let on: RecordingGateway;
let slow: Tracer;

beforeAll(async () => {
  on = await recordingGateway();
  // What is looked up once is known from now on.
  for (const { method, params, headers } of ways) await rpc(on.gateway, tester, method, params, { headers });
  slow = await Tracer.attach(on.gateway.process?.pid ?? 0, `delay_exit=${slowMs * 1000}`);
});
afterAll(async () => {
  await slow[Symbol.asyncDispose]();
  await on.gateway[Symbol.asyncDispose]();
});

interface Way {
  readonly name: string;
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly headers: Record<string, string>;
}

const call = { name: 'recording__echo', arguments: {} };
const uri = 'lmcp:recording/file:///a';
const stateless = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'tester', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
};
const statelessHeaders = {
  'MCP-Protocol-Version': '2026-07-28',
  'Mcp-Method': 'tools/call',
  'Mcp-Name': call.name,
};

const ways: readonly Way[] = [
  { name: 'a tool', method: 'tools/call', params: call, headers: {} },
  {
    name: 'a tool, stateless',
    method: 'tools/call',
    params: { ...call, _meta: stateless },
    headers: statelessHeaders,
  },
  { name: 'a resource', method: 'resources/read', params: { uri }, headers: {} },
  { name: 'a prompt', method: 'prompts/get', params: { name: 'recording__greet' }, headers: {} },
  {
    name: 'a completion',
    method: 'completion/complete',
    params: { ref: { type: 'ref/resource', uri }, argument: { name: 'a', value: 'b' } },
    headers: {},
  },
];

/** Sends a request whose lines in the log carry `id`; `at` is when its answer came, in ms of the epoch. */
async function send(
  caller: Caller | null,
  { method, params, headers }: Omit<Way, 'name'>,
  id: string,
  path = '/mcp',
): Promise<{ readonly answer: Reply; readonly at: number }> {
  const answer = await rpc(on.gateway, caller, method, params, {
    path,
    headers: { ...headers, 'X-Request-Id': id },
  });
  return { answer, at: Date.now() };
}

/** When the line of that event was made, in ms of the epoch. */
async function madeAt(id: string, event: string): Promise<number> {
  const line = (await on.gateway.audit()).find((each) => each.request_id === id && each.event === event);
  return Date.parse(line?.ts ?? '');
}

describe('while the disk is slow to confirm', () => {
  test.each(ways)(
    '$name reaches no server before its decision is logged, and is not answered before its outcome',
    async (way) => {
      const id = `way-${ways.indexOf(way)}`;
      const { answer, at } = await send(tester, way, id);
      expect(answer.body.result).toBeDefined();
      const arrived = (await recordedMessages(on.file, way.method)).at(-1)?.at ?? 0;
      expect(arrived - (await madeAt(id, 'tool_authz'))).toBeGreaterThanOrEqual(slowMs);
      expect(at - (await madeAt(id, 'tool_result'))).toBeGreaterThanOrEqual(slowMs);
    },
  );

  const denied = { ...call, name: 'recording__secret' };
  test.each([
    ['a wrong token', 'client_auth', { ...tester, token: 'not-the-token' }, call, '/mcp'],
    ['a server that is not granted', 'server_auth', tester, { ...call, name: 'other__echo' }, '/mcp'],
    ['the path of one that is not granted', 'server_auth', tester, call, '/mcp/other'],
    ['a tool that is denied', 'tool_authz', tester, denied, '/mcp'],
  ] as const)(
    'the rejection of %s is logged before it is answered',
    async (what, event, caller, params, path) => {
      const id = what.replaceAll(' ', '-');
      const { answer, at } = await send(caller, { method: 'tools/call', params, headers: {} }, id, path);
      expect(answer.body.error).toBeDefined();
      expect(at - (await madeAt(id, event))).toBeGreaterThanOrEqual(slowMs);
    },
  );

  test('the list of a server that is not granted is rejected only when that is logged', async () => {
    const listing = { method: 'tools/list', params: {}, headers: {} };
    const { answer, at } = await send(tester, listing, 'listing', '/mcp/other');
    expect(answer.body.error?.code).toBe(-32003);
    expect(at - (await madeAt('listing', 'server_auth'))).toBeGreaterThanOrEqual(slowMs);
  });

  test('what is no request is rejected only when that is logged', async () => {
    const headers = {
      'Content-Type': 'application/json',
      'X-Request-Id': 'no-json',
      ...credentialsOf(tester),
    };
    const body = '{"jsonrpc":';
    const answer = await fetch(`${on.gateway.origin}/mcp`, { method: 'POST', body, headers });
    const at = Date.now();
    expect(answer.status).toBe(400);
    expect(at - (await madeAt('no-json', 'http_rejected'))).toBeGreaterThanOrEqual(slowMs);
  });
});
