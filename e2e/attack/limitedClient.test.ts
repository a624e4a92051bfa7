import { afterAll, beforeAll, expect, test } from 'vitest';
import { repeatCount } from '../../gateway/src/audit/repeats/repeatCount.ts';
import { TestGateway, until } from '../harness/gateway.ts';
import { callerNamed, callTool, credentialsOf, post, rpc, type Caller } from '../harness/rpc.ts';
import { fixture } from '../harness/servers.ts';

const attempts = 100;
const limited = callerNamed('limited');
const chatty = callerNamed('chatty');
const asked = callerNamed('asked');
const unlimited = callerNamed('unlimited');
let gateway: TestGateway;

beforeAll(async () => {
  gateway = await TestGateway.start({
    clients: {
      limited: { token: limited.token, allow_servers: ['plain'], rate_limit_rpm: 1 },
      chatty: { token: chatty.token, allow_servers: ['hostile'], rate_limit_rpm: 20 },
      asked: { token: asked.token, allow_servers: ['asks', 'hostile'], rate_limit_rpm: 60 },
      unlimited: { token: unlimited.token, allow_servers: ['plain'] },
    },
    servers: {
      plain: fixture('plain-server.ts'),
      hostile: fixture('hostile-server.ts'),
      asks: fixture('odd/asking-server.ts'),
    },
  });
});
afterAll(() => gateway[Symbol.asyncDispose]());

const json = (message: unknown): string => JSON.stringify(message);
const request = (id: number, method: string, params = {}) => ({ jsonrpc: '2.0', id, method, params });
const say = (who: Caller, body: string, headers: Record<string, string> = {}) =>
  post(`${gateway.origin}/mcp`, body, { ...credentialsOf(who), ...headers });
const bare = async (who: Caller, method: string, path = '/mcp') => {
  const answer = await fetch(`${gateway.origin}${path}`, { method, headers: credentialsOf(who) });
  await answer.text();
  return answer;
};

/** Empties the second bucket, which is refilled by ten a second: sends batches of 100 until one is answered with 429. */
async function useUp(who: Caller): Promise<{ accepted: number; retryAfter: string | null }> {
  const unknown = { jsonrpc: '2.0', method: 'notifications/unknown' };
  const batch = json(Array.from({ length: 100 }, () => unknown));
  for (let accepted = 0; accepted < 10_000; accepted += 100) {
    const { status, headers } = await say(who, batch);
    if (status === 429) return { accepted, retryAfter: headers.get('retry-after') };
    expect(status).toBe(202);
  }
  throw new Error('the bucket has no end');
}

/** What a client that is limited to one request a minute can send as often as it likes. */
const floods: readonly (readonly [what: string, send: (who: Caller, i: number) => Promise<unknown>])[] = [
  ['calls over the limit', (who) => rpc(gateway, who, 'tools/call', { name: 'plain__echo' })],
  [
    'calls of ever other tools',
    (who, i) => rpc(gateway, who, 'tools/call', { name: `${i}__${'t'.repeat(250)}` }),
  ],
  ['ever other methods', (who, i) => rpc(gateway, who, `${i}${'m'.repeat(5_000)}`)],
  [
    'batches of 100',
    (who) => say(who, json(Array.from({ length: 100 }, (_, id) => request(id, 'm'.repeat(5_000))))),
  ],
  ['batches of 100 that are no messages', (who) => say(who, json(Array.from({ length: 100 }, () => 1)))],
  [
    'notifications/initialized',
    (who) => say(who, json({ jsonrpc: '2.0', method: 'notifications/initialized' })),
  ],
  ['unknown notifications', (who, i) => say(who, json({ jsonrpc: '2.0', method: `notifications/${i}` }))],
  [
    'cancellations of nothing',
    (who, requestId) =>
      say(who, json({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId } })),
  ],
  ['answers to nothing', (who, i) => say(who, json({ jsonrpc: '2.0', id: `lmcp-${i}`, result: {} }))],
  ['what is no JSON', (who) => say(who, '{')],
  ['what is no message', (who) => say(who, '1')],
  [
    'sessions that do not exist',
    (who, i) => say(who, json(request(1, 'ping')), { 'Mcp-Session-Id': `none-${i}` }),
  ],
  [
    'revisions that do not exist',
    (who, i) => say(who, json(request(1, 'ping')), { 'Mcp-Protocol-Version': `1999-${i}` }),
  ],
  ['GET without a session', (who) => bare(who, 'GET')],
  ['DELETE of no session', (who) => bare(who, 'DELETE')],
  ['streams of the older transport without a place', (who) => bare(who, 'POST', '/messages?session_id=none')],
  [
    'servers that it may not use',
    (who, i) => rpc(gateway, who, 'tools/list', {}, { path: `/mcp/other${i}` }),
  ],
];

test.each([limited, unlimited])(
  '$id adds less than 1 MB a minute to the log by anything but allowed calls',
  async (who) => {
    const table: string[] = [];
    for (const [what, send] of floods) {
      const before = (await linesOf(who)).length;
      for (let i = 0; i < attempts; i += 20)
        await Promise.all(Array.from({ length: 20 }, (_, at) => send(who, i + at)));
      table.push(`${what}: ${attempts} requests, ${(await linesOf(who)).length - before} lines`);
    }
    console.log(table.join('\n'));
    expect(bytesOf(await linesOf(who))).toBeLessThan(1_000_000);
    expect((await callTool(gateway, unlimited, 'plain__echo')).body.result).toBeDefined();
  },
);

test('notifications have a bucket of their own; the end of a handshake, and of one’s own session, are free', async () => {
  const initialized = json({ jsonrpc: '2.0', method: 'notifications/initialized' });
  const opened = await rpc(gateway, chatty, 'initialize', {
    protocolVersion: '2025-06-18',
    capabilities: {},
    clientInfo: { name: 'chatty', version: '1' },
  });
  const session = { 'Mcp-Session-Id': opened.headers.get('mcp-session-id') ?? '' };
  const statuses = new Set<number>();
  for (let i = 0; i < 700; i++) statuses.add((await say(chatty, initialized, session)).status);
  expect([...statuses]).toEqual([202]);
  const { accepted, retryAfter } = await useUp(chatty);
  expect(accepted).toBeGreaterThanOrEqual(600);
  expect(retryAfter).toBe('1');
  const ended = await fetch(`${gateway.origin}/mcp`, {
    method: 'DELETE',
    headers: { ...credentialsOf(chatty), ...session },
  });
  expect(ended.status).toBe(204);
});

test('a cancelled call is logged as a notification before it reaches the server', async () => {
  const opened = await rpc(gateway, chatty, 'initialize', {
    protocolVersion: '2025-06-18',
    capabilities: {},
  });
  const session = { 'Mcp-Session-Id': opened.headers.get('mcp-session-id') ?? '' };
  const call = say(chatty, json(request(7, 'tools/call', { name: 'hostile__hang' })), session);
  await until('the call is decided', async () =>
    (await gateway.audit()).some(({ event, tool_name: tool }) => event === 'tool_authz' && tool === 'hang'),
  );
  const cancel = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 7 } };
  await until('it is cancelled', async () => {
    await say(chatty, json(cancel), session);
    return (await gateway.audit()).some(({ detail }) => detail?.['outcome'] === 'cancelled');
  });
  await call;
  const lines = await gateway.audit();
  const told = lines.findIndex(({ event }) => event === 'client_notification');
  expect(lines[told]).toMatchObject({
    client_id: 'chatty',
    server_id: 'hostile',
    allowed: true,
    detail: { method: 'notifications/cancelled' },
  });
  expect(told).toBeLessThan(lines.findIndex(({ detail }) => detail?.['outcome'] === 'cancelled'));
});

test.each(['GET', 'DELETE'])('%s takes a token of the second bucket: over it 429', async (method) => {
  // A machine that stalls may refill the bucket between the two.
  await until('it is limited', async () => {
    await useUp(asked);
    return (await bare(asked, method)).status === 429;
  });
});

/** A session of a client that can be asked for anything, and what comes on its streams. */
async function askable() {
  const opened = await rpc(gateway, asked, 'initialize', {
    protocolVersion: '2025-06-18',
    capabilities: { sampling: {} },
    clientInfo: { name: 'asked', version: '1' },
  });
  const session = { 'Mcp-Session-Id': opened.headers.get('mcp-session-id') ?? '' };
  const Accept = 'application/json, text/event-stream';
  const headers = { ...credentialsOf(asked), ...session, 'Content-Type': 'application/json', Accept };
  const streams: { text: string }[] = [];
  const read = async (init: RequestInit): Promise<string> => {
    const stream = { text: '' };
    streams.push(stream);
    const { body } = await fetch(`${gateway.origin}/mcp`, { ...init, headers });
    for await (const chunk of body ?? []) stream.text += Buffer.from(chunk as Uint8Array).toString();
    return stream.text;
  };
  return {
    call: (id: number, name: string, args = {}) =>
      read({ method: 'POST', body: json(request(id, 'tools/call', { name, arguments: args })) }),
    tell: (message: object) => say(asked, json({ jsonrpc: '2.0', ...message }), session),
    /** The ids of the requests that came for the client. */
    questions: (method: string): string[] =>
      streams.flatMap(({ text }) =>
        [...text.matchAll(/^data: ?(\{.+)$/gm)].flatMap(([, data = '']) => {
          const message = JSON.parse(data) as { id?: string; method?: string };
          return message.method === method && message.id !== undefined ? [message.id] : [];
        }),
      ),
  };
}

test('over the limit an answer that a server waits for and the cancellation of a running call are accepted', async () => {
  const { call, tell, questions } = await askable();
  const method = 'sampling/createMessage';
  const asks = call(1, 'asks__echo', { method, params: { messages: [], maxTokens: 1 } });
  await until('the client is asked', () => questions(method).length === 1);
  const hangs = call(2, 'hostile__hang');
  await until('the call is decided', async () =>
    (await linesOf(asked)).some(({ event, tool_name: tool }) => event === 'tool_authz' && tool === 'hang'),
  );
  await useUp(asked);
  const content = { type: 'text', text: 'said by the client' };
  const answer = { id: questions(method)[0], result: { role: 'assistant', model: 'm', content } };
  expect((await tell(answer)).status).toBe(202);
  expect(await asks).toContain('said by the client');
  await useUp(asked);
  const cancelled = { method: 'notifications/cancelled', params: { requestId: 2 } };
  expect((await tell(cancelled)).status).toBe(202);
  await hangs;
  await until('it is logged as cancelled', async () =>
    (await linesOf(asked)).some(({ detail }) => detail?.['outcome'] === 'cancelled'),
  );
});

test('what was counted is in the log when the gateway ends', async () => {
  await gateway.stop();
  const lines = await linesOf(limited);
  const limitedRequests = lines.filter(({ event }) => event === 'rate_limited');
  expect(limitedRequests.reduce((sum, line) => sum + repeatCount(line), 0)).toBeGreaterThan(attempts * 100);
  expect(bytesOf(lines)).toBeLessThan(1_000_000);
  const verified = await gateway.cli('audit', 'verify');
  expect(verified.stdout).toMatch(/intact.*repeats are counted/);
});

async function linesOf({ id }: Caller) {
  return (await gateway.audit()).filter(({ client_id: client }) => client === id);
}

function bytesOf(lines: readonly object[]): number {
  return lines.reduce((sum, line) => sum + Buffer.byteLength(json(line)) + 1, 0);
}
