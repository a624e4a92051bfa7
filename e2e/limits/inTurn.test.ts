import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestGateway } from '../harness/gateway.ts';
import { callerNamed, callTool, credentialsOf, rpc } from '../harness/rpc.ts';
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

/** Many calls on one connection, written together; resolves when all are answered. */
function pipelined(): Promise<void> {
  const { host, hostname, port } = new URL(gateway.origin);
  const params = { name: 'recording__echo', arguments: { who: greedy.id } };
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params });
  const head = Object.entries({
    Host: host,
    'Content-Type': 'application/json',
    'Content-Length': String(body.length),
    ...credentialsOf(greedy),
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  const request = `POST /mcp HTTP/1.1\r\n${head.join('')}\r\n${body}`;
  return new Promise((resolve, reject) => {
    let left = each;
    let rest = '';
    const socket = connect(Number(port), hostname, () => socket.write(request.repeat(each)));
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => {
      const parts = (rest + text).split('HTTP/1.1 200 OK');
      // The first part ends an answer that was counted when it began.
      rest = parts.pop() ?? '';
      if (parts.length === 0) return;
      rest = `\0${rest}`;
      for (let n = 0; n < parts.length; n++) {
        left--;
      }
      if (left === 0) {
        socket.destroy();
        resolve();
      }
    });
    socket.on('error', reject);
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

test('what one client sends in bulk waits for itself: calls of nine others reach the server before most of it', async () => {
  // Everybody has been served once.
  await Promise.all([greedy, ...others].map((who) => rpc(gateway, who, 'tools/list')));
  const bulk = Array.from({ length: connections }, () => pipelined());
  await Promise.all(
    others.map(async (who) => {
      const called = await callTool(gateway, who, 'recording__echo', { who: who.id });
      expect(called.body.result).toBeDefined();
    }),
  );
  await Promise.all(bulk);
  const before = await greedyBefore();
  expect([...before.keys()].sort()).toEqual(others.map(({ id }) => id).sort());
  for (const count of before.values()) expect(count).toBeLessThan((connections * each) / 4);
});
