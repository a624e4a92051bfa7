import { readFile } from 'node:fs/promises';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestGateway } from '../harness/gateway.ts';
import { callerNamed, credentialsOf, rpc, type Caller } from '../harness/rpc.ts';
import { fixture } from '../harness/servers.ts';

const greedy = callerNamed('greedy');
const others = Array.from({ length: 9 }, (_, n) => ({
  id: `other-${n}`,
  token: `token-of-other-${n}-0123456789`,
}));
const [connections, each] = [40, 50];
let gateway: TestGateway;
let file: string;

beforeAll(async () => {
  gateway = await TestGateway.prepare({});
  file = join(gateway.folder, 'received');
  const clients = [greedy, ...others].map(
    ({ id, token }) => [id, { token, allow_servers: ['recording'] }] as const,
  );
  await gateway.writeRegistry({
    clients: Object.fromEntries(clients),
    servers: { recording: { ...fixture('recording-server.ts', file), scope: 'shared' } },
  });
  await gateway.run();
});
afterAll(() => gateway[Symbol.asyncDispose]());

async function connection(): Promise<Socket> {
  const { hostname, port } = new URL(gateway.origin);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  socket.setEncoding('latin1');
  // The kernel connects before the gateway accepts, which it does one connection a turn of its event loop.
  socket.write(`GET /health HTTP/1.1\r\nHost: ${new URL(gateway.origin).host}\r\n\r\n`);
  await once(socket, 'data');
  return socket;
}

function callOf(who: Caller): string {
  const params = { name: 'recording__echo', arguments: { who: who.id } };
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params });
  const head = Object.entries({
    Host: new URL(gateway.origin).host,
    'Content-Type': 'application/json',
    'Content-Length': String(body.length),
    ...credentialsOf(who),
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST /mcp HTTP/1.1\r\n${head.join('')}\r\n${body}`;
}

/** Resolves when the kernel has all of it. */
function write(socket: Socket, text: string): Promise<void> {
  return new Promise((resolve) => socket.write(text, () => resolve()));
}

/** Resolves when that number of calls of a connection is answered, and ends it. */
function answered(socket: Socket, calls: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let text = '';
    socket.on('data', (more: string) => {
      text += more;
      if (text.split('HTTP/1.1 200 OK').length <= calls) return;
      socket.destroy();
      resolve();
    });
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('the connection was closed before all calls were answered')));
  });
}

/** How many calls of the greedy client reached the server before the call of each other one. */
async function greedyBefore(): Promise<Map<string, number>> {
  const before = new Map<string, number>();
  let count = 0;
  for (const line of (await readFile(file, 'utf8')).split('\n')) {
    const who = /"arguments":\{"who":"([^"]+)"\}/.exec(line)?.[1];
    if (who === greedy.id) count++;
    else if (who !== undefined) before.set(who, count);
  }
  return before;
}

test('clients take turns: calls of nine others reach the server before most of one client’s bulk', async () => {
  // Everybody has been served once.
  await Promise.all([greedy, ...others].map((who) => rpc(gateway, who, 'tools/list')));
  const [bulk, single] = await Promise.all([
    Promise.all(Array.from({ length: connections }, connection)),
    Promise.all(others.map(connection)),
  ]);
  const all = [
    ...bulk.map((socket) => answered(socket, each)),
    ...single.map((socket) => answered(socket, 1)),
  ];
  // It is paused meanwhile: on a busy machine it could else be done with much of the bulk before the others ask.
  gateway.process?.kill('SIGSTOP');
  const written = [
    ...bulk.map((socket) => write(socket, callOf(greedy).repeat(each))),
    ...single.map((socket, at) => write(socket, callOf(others[at] ?? greedy))),
  ];
  await Promise.all(written);
  gateway.process?.kill('SIGCONT');
  await Promise.all(all);
  const before = await greedyBefore();
  expect([...before.keys()].sort()).toEqual(others.map(({ id }) => id).sort());
  for (const count of before.values()) expect(count).toBeLessThan((connections * each) / 4);
});
