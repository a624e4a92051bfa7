import type { Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { atScale } from '../harness/atScale.ts';
import { TestGateway, until } from '../harness/gateway.ts';
import { callerNamed, callTool, credentialsOf, rpc, type Caller } from '../harness/rpc.ts';
import { fixture } from '../harness/servers.ts';
import { exchangeBytes, openSocket } from '../harness/socket.ts';
import { vitalsOf } from '../soak/vitals.ts';

const mib = 1024 * 1024;
const greedy = callerNamed('greedy');
const modest = callerNamed('modest');
const allow_servers = ['hostile'];
/** Of these one client may hold 16 MiB, and callers without credentials together 4 MiB: 64 KiB each. */
const memory_mib = 64;

const clients = {
  greedy: { token: greedy.token, allow_servers },
  modest: { token: modest.token, allow_servers },
};
let gateway: TestGateway;
const sockets: Socket[] = [];

beforeAll(async () => {
  gateway = await TestGateway.start({
    lmcp: { memory_mib },
    clients,
    servers: { hostile: fixture('hostile-server.ts') },
  });
});
afterAll(() => gateway[Symbol.asyncDispose]());

/** Sends the head of a POST and what there is of its body; what comes back is collected. */
async function send(to: TestGateway, who: Caller | null, body: string | Buffer): Promise<{ text: string }> {
  const credentials = who === null ? '' : `X-Lmcp-Client-Id: ${who.id}\r\nX-Lmcp-Token: ${who.token}\r\n`;
  const head =
    `POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:${to.port}\r\n${credentials}` +
    `Content-Type: application/json\r\nContent-Length: ${mib}\r\n\r\n`;
  const socket = await openSocket(to, head);
  const answer = { text: '' };
  socket.on('error', () => undefined);
  socket.on('data', (chunk: Buffer) => (answer.text += chunk.toString()));
  socket.write(body);
  sockets.push(socket);
  return answer;
}

const statuses = (answers: readonly { text: string }[]): string[] =>
  answers.map(({ text }) => text.slice('HTTP/1.1 '.length, 'HTTP/1.1 200'.length)).filter(Boolean);

function endAll(): void {
  for (const socket of sockets.splice(0)) socket.destroy();
}

test('a client holds a quarter of the memory for bodies, and another is served beside it', async () => {
  const body = Buffer.alloc(mib - 1, ' ');
  const answers = await Promise.all(Array.from({ length: 17 }, () => send(gateway, greedy, body)));
  await until('one body is rejected', () => statuses(answers).length > 0);
  expect((await rpc(gateway, modest, 'ping')).body.result).toEqual({});
  expect(statuses(answers)).toEqual(['503']);
  expect(answers.find(({ text }) => text !== '')?.text).toContain('"error":"overloaded"');
  endAll();
  const lines = (await gateway.audit()).filter(({ reason }) => reason === 'overloaded');
  expect(lines.map(({ client_id, detail }) => [client_id, detail?.['budget']])).toEqual([
    ['greedy', 'client'],
  ]);
  await until('its places are free again', async () => (await rpc(gateway, greedy, 'ping')).status === 200);
});

/** More than the kernel takes for a connection whose other end does not read. */
const large = { bytes: 14_000_000 };

test('answers that a client does not read count as its memory, and another is served beside it', async () => {
  const params = { name: 'hostile__huge', arguments: large };
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params });
  const head =
    `POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:${gateway.port}\r\nContent-Type: application/json\r\n` +
    Object.entries(credentialsOf(greedy))
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join('') +
    `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n`;
  const before = await overloads();
  for (let i = 0; i < 4; i++) {
    const socket = await openSocket(gateway, head + body);
    socket.on('error', () => undefined);
    socket.pause();
    sockets.push(socket);
  }
  await until('three are rejected', async () => (await overloads()) - before === 3);
  expect((await callTool(gateway, modest, 'hostile__huge', large)).text.length).toBeGreaterThan(large.bytes);
  endAll();
  await until('its memory is free again', async () => {
    const { status, text } = await callTool(gateway, greedy, 'hostile__huge', large);
    return status === 200 && text.length > large.bytes;
  });
});

async function overloads(): Promise<number> {
  const lines = (await gateway.audit()).filter(({ reason }) => reason === 'overloaded');
  return lines.filter(
    ({ client_id: client, detail }) => client === 'greedy' && detail?.['budget'] === 'client',
  ).length;
}

test('bodies of callers without credentials have 64 places together, and clients are served beside them', async () => {
  const answers = await Promise.all(Array.from({ length: 70 }, () => send(gateway, null, '{')));
  await until('those without a place are rejected', () => statuses(answers).length >= 6);
  expect((await rpc(gateway, modest, 'ping')).body.result).toEqual({});
  expect(statuses(answers)).toEqual(Array<string>(6).fill('503'));
  endAll();
});

test('the id of a request without credentials is found behind 60 KiB of other members, and no further', async () => {
  const request = (bytes: number): object => ({ method: 'ping', params: { id: 7, text: 'x'.repeat(bytes) } });
  const ask = async (bytes: number): Promise<unknown[]> => {
    const answer = await fetch(`${gateway.origin}/mcp`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', ...request(bytes), id: 'last' }),
    });
    const { id, error } = (await answer.json()) as { id?: unknown; error: unknown };
    return [answer.status, id, error];
  };
  expect(await ask(60_000)).toEqual([200, 'last', expect.objectContaining({ code: -32001 })]);
  expect(await ask(70_000)).toEqual([401, undefined, 'unauthorized']);
});

test.each([
  ['a notification', { method: 'notifications/initialized' }, 401, true],
  [
    'an id behind more than 64 KiB',
    { method: 'ping', params: { text: 'x'.repeat(70_000) }, id: 1 },
    401,
    true,
  ],
  ['a request', { method: 'ping', id: 1 }, 200, false],
])(
  'the connection of a caller without credentials is closed where no id is found: %s',
  async (_what, message, status, closed) => {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message });
    const head =
      `POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:${gateway.port}\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
    const { statuses: answered, closedByGateway } = await exchangeBytes(gateway, head + body);
    expect([answered, closedByGateway]).toEqual([[status], closed]);
  },
);

test('a mebibyte on each connection without credentials costs at most 200 MiB more than idle connections', async () => {
  await using plain = await TestGateway.start({});
  const rss = (): number => vitalsOf(plain.process?.pid ?? 0).rssMib;
  const connections = atScale(1_000, 7_900);
  const open = async (each: () => Promise<unknown>): Promise<void> => {
    for (let i = 0; i < connections; i += 50) await Promise.all(Array.from({ length: 50 }, each));
  };
  await open(async () => sockets.push(await openSocket(plain, 'POST /mcp HTTP/1.1\r\n')));
  const idle = rss();
  endAll();
  const body = Buffer.alloc(mib - 1, ' ');
  const answers: { text: string }[] = [];
  let peak = 0;
  await open(async () => {
    answers.push(await send(plain, null, body));
    peak = Math.max(peak, rss());
  });
  await until('each is answered', () => statuses(answers).length === connections, 100_000);
  // What is no longer held may wait for the garbage collector a while.
  expect(peak - idle).toBeLessThan(300);
  await until('no more than 200 MiB are held', () => rss() - idle < 200);
  endAll();
});
