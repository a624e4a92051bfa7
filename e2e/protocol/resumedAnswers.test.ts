import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestGateway } from '../harness/gateway.ts';
import { callerNamed, credentialsOf } from '../harness/rpc.ts';
import { fixture } from '../harness/servers.ts';

const caller = callerNamed('codex');
const other = callerNamed('other');
let gateway: TestGateway;

beforeAll(async () => {
  gateway = await TestGateway.start({
    // The relay below has a port of its own.
    lmcp: { allowed_hosts: ['127.0.0.1:*'] },
    clients: Object.fromEntries(
      [caller, other].map(({ id, token }) => [id, { token, allow_servers: ['plain'] }]),
    ),
    servers: { plain: fixture('plain-server.ts') },
  });
});
afterAll(() => gateway[Symbol.asyncDispose]());

type Headers = Record<string, string>;

async function opened(revision: string): Promise<Headers> {
  const headers = { ...credentialsOf(caller), Accept: 'application/json, text/event-stream' };
  const params = {
    protocolVersion: revision,
    ...{ capabilities: {}, clientInfo: { name: 'x', version: '1' } },
  };
  const answer = await send(headers, { id: 1, method: 'initialize', params });
  await answer.text();
  return {
    ...headers,
    'Mcp-Session-Id': answer.headers.get('mcp-session-id') ?? '',
    'MCP-Protocol-Version': revision,
  };
}

const send = (headers: Headers, message: object, signal?: AbortSignal): Promise<Response> =>
  fetch(`${gateway.origin}/mcp`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify({ jsonrpc: '2.0', ...message }),
    ...(signal !== undefined && { signal }),
  });

const resume = (headers: Headers, lastEventId: string): Promise<Response> =>
  fetch(`${gateway.origin}/mcp`, { headers: { ...headers, 'Last-Event-ID': lastEventId } });

const slow = (ms: number): object => ({
  ...{ id: 7, method: 'tools/call' },
  params: { name: 'plain__slow', arguments: { ms }, _meta: { progressToken: 'p' } },
});

/** Calls, reads until the first progress, and loses the connection. */
async function lost(headers: Headers, ms: number): Promise<string> {
  const abort = new AbortController();
  const answer = await send(headers, slow(ms), abort.signal);
  let text = '';
  for await (const chunk of answer.body ?? []) {
    text += Buffer.from(chunk).toString();
    if (text.includes('notifications/progress')) break;
  }
  abort.abort();
  return text;
}

const idsOf = (text: string): string[] => [...text.matchAll(/^id: (.*)$/gm)].map(([, id = '']) => id);

test('a client that loses the stream of an answer takes it up again, during the call and after it', async () => {
  const headers = await opened('2025-11-25');
  const during = await lost(headers, 1_500);
  expect(during).toMatch(/^id: (a\d+)-0\nretry: 1000\ndata: \n\n/);
  const [primed = '', first = ''] = idsOf(during);
  const rest = await (await resume(headers, first)).text();
  expect(rest).toContain('"id":7');
  expect(rest).not.toContain('"progress":1,');
  // Once more from the start: what was sent is still there.
  expect(await (await resume(headers, primed)).text()).toContain('notifications/progress');

  const called = async (): Promise<number> =>
    (await gateway.audit()).filter(({ event }) => event === 'tool_result').length;
  const before = await called();
  const [, after = ''] = idsOf(await lost(headers, 300));
  await expect.poll(called).toBe(before + 1);
  const late = await resume(headers, after);
  expect([late.status, await late.text()]).toEqual([200, expect.stringContaining('"id":7')]);
  expect(await called()).toBe(before + 1);
});

test('events of older revisions have ids, and none is without a message', async () => {
  const headers = await opened('2025-06-18');
  const text = await lost(headers, 300);
  expect([text.startsWith('event: message\nid: a'), text.includes('retry:')]).toEqual([true, false]);
  const [first = ''] = idsOf(text);
  expect(await (await resume(headers, first)).text()).toContain('"id":7');
});

test('nobody but the session that asked gets an answer', async () => {
  const headers = await opened('2025-11-25');
  const [, first = ''] = idsOf(await lost(headers, 300));
  const another = await opened('2025-11-25');
  const elsewhere = await resume(another, first);
  expect([elsewhere.status, await elsewhere.text()]).toEqual([
    400,
    expect.stringContaining('taken up again'),
  ]);
  const stranger = { ...headers, ...credentialsOf(other) };
  expect((await resume(stranger, first)).status).toBe(404);
  expect(await (await resume(headers, first)).text()).toContain('"id":7');
  // The stream of the session itself has other ids.
  const abort = new AbortController();
  const own = await fetch(`${gateway.origin}/mcp`, { headers, signal: abort.signal });
  expect(own.status).toBe(200);
  abort.abort();
});

test('an SDK client whose connection is cut gets its answer', async () => {
  const sockets = new Set<Socket>();
  let cuts = 0;
  const relay = createServer((socket) => {
    const up = connect(gateway.port, '127.0.0.1');
    sockets.add(socket).add(up);
    socket.pipe(up).on('error', () => socket.destroy());
    up.on('data', (chunk: Buffer) => {
      socket.write(chunk);
      if (cuts > 0 || !chunk.includes('notifications/progress')) return;
      cuts += 1;
      setImmediate(() => [socket, up].forEach((one) => one.destroy()));
    });
    for (const one of [socket, up]) one.on('error', () => one.destroy()).on('close', () => up.destroy());
  });
  await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve));
  const { port } = relay.address() as AddressInfo;
  const transport = new StreamableHTTPClientTransport(new URL(`http://127.0.0.1:${port}/mcp`), {
    requestInit: { headers: credentialsOf(caller) },
  });
  const client = new Client({ name: 'sdk', version: '1' });
  try {
    await client.connect(transport);
    const result = await client.callTool({ name: 'plain__slow', arguments: { ms: 1_500 } }, undefined, {
      onprogress: () => undefined,
    });
    expect([cuts, JSON.stringify(result.content)]).toEqual([1, expect.stringContaining('done')]);
  } finally {
    await client.close().catch(() => undefined);
    for (const one of sockets) one.destroy();
    relay.close();
  }
});
