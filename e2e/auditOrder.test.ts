import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sleep, until } from './harness/gateway.ts';
import { recorded } from './harness/recorded.ts';
import { recordingGateway, tester, type RecordingGateway } from './harness/recordingGateway.ts';
import { rpc, type Caller, type Reply } from './harness/rpc.ts';
import { Tracer } from './harness/tracer.ts';

/** So long the disk takes to confirm; what goes on without waiting for it has happened long before half of that. */
const slowMs = 1_500;
const soonMs = 300;
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

/** Sends a request and tells whether it has been answered yet; its lines in the log carry `id`. */
function send(
  caller: Caller | null,
  { method, params, headers }: Omit<Way, 'name'>,
  id: string,
  path = '/mcp',
): { readonly answer: Promise<Reply>; readonly isAnswered: () => boolean } {
  let answered = false;
  const answer = rpc(on.gateway, caller, method, params, {
    path,
    headers: { ...headers, 'X-Request-Id': id },
  });
  void answer.then(() => (answered = true));
  return { answer, isAnswered: () => answered };
}

function isWritten(id: string, event: string): () => Promise<boolean> {
  return async () =>
    (await on.gateway.audit()).some((line) => line.request_id === id && line.event === event);
}

describe('while the disk is slow to confirm', () => {
  test.each(ways)(
    '$name reaches no server before its decision stands, and is not answered before its outcome',
    async (way) => {
      const id = `way-${ways.indexOf(way)}`;
      const arrived = async (): Promise<number> => (await recorded(on.file, way.method)).length;
      const before = await arrived();
      const { answer, isAnswered } = send(tester, way, id);
      await until('the decision is written', isWritten(id, 'tool_authz'));
      await sleep(soonMs);
      expect([await arrived(), isAnswered()]).toEqual([before, false]);
      await until('the request has arrived', async () => (await arrived()) > before);
      await until('the outcome is written', isWritten(id, 'tool_result'));
      await sleep(soonMs);
      expect(isAnswered()).toBe(false);
      expect((await answer).body.result).toBeDefined();
    },
  );

  const denied = { ...call, name: 'recording__secret' };
  test.each([
    ['a wrong token', 'client_auth', { ...tester, token: 'not-the-token' }, call, '/mcp'],
    ['a server that is not granted', 'server_auth', tester, { ...call, name: 'other__echo' }, '/mcp'],
    ['the path of one that is not granted', 'server_auth', tester, call, '/mcp/other'],
    ['a tool that is denied', 'tool_authz', tester, denied, '/mcp'],
  ] as const)('the refusal of %s stands before it is answered', async (what, event, caller, params, path) => {
    const id = what.replaceAll(' ', '-');
    const { answer, isAnswered } = send(caller, { method: 'tools/call', params, headers: {} }, id, path);
    await until('the refusal is written', isWritten(id, event));
    await sleep(soonMs);
    expect(isAnswered()).toBe(false);
    expect((await answer).body.error).toBeDefined();
  });

  test('the list of a server that is not granted is refused only when that stands', async () => {
    const listing = { method: 'tools/list', params: {}, headers: {} };
    const { answer, isAnswered } = send(tester, listing, 'listing', '/mcp/other');
    await until('the refusal is written', isWritten('listing', 'server_auth'));
    await sleep(soonMs);
    expect(isAnswered()).toBe(false);
    expect((await answer).body.error?.code).toBe(-32003);
  });

  test('what is no request is refused only when that stands', async () => {
    const body = '{"jsonrpc":';
    let answered = false;
    const headers = {
      'Content-Type': 'application/json',
      'X-Request-Id': 'no-json',
      'X-Lmcp-Client-Id': tester.id,
      'X-Lmcp-Token': tester.token,
    };
    const answer = fetch(`${on.gateway.origin}/mcp`, { method: 'POST', body, headers });
    void answer.then(() => (answered = true));
    await until('the refusal is written', isWritten('no-json', 'http_rejected'));
    await sleep(soonMs);
    expect(answered).toBe(false);
    expect((await answer).status).toBe(400);
  });
});
