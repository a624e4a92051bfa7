import type { Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestGateway, until } from '../harness/gateway.ts';
import { credentialsOf, rpc } from '../harness/rpc.ts';
import { openSocket } from '../harness/socket.ts';

const tester = { id: 'tester', token: 'token-of-tester-0123456789' };
let gateway: TestGateway;
/** What the connections below were told at their end; begun before the tests, since it takes half a minute. */
let slow: Promise<Ended[]>;

beforeAll(async () => {
  gateway = await TestGateway.start({ clients: { tester: { token: tester.token, allow_servers: [] } } });
  slow = endingOfSlow();
});
afterAll(() => gateway[Symbol.asyncDispose]());

interface Ended {
  readonly text: string;
  readonly ms: number;
}

/** Resolves with what the gateway said when it ended the connection, and after how many milliseconds. */
function ending(socket: Socket): Promise<Ended> {
  const started = performance.now();
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
  socket.on('error', () => undefined);
  return new Promise((resolve) =>
    socket.on('close', () => resolve({ text, ms: performance.now() - started })),
  );
}

/** A silent connection, one whose headers arrive slowly, and one whose body does. */
async function endingOfSlow(): Promise<Ended[]> {
  const credentials = Object.entries(credentialsOf(tester)).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:${gateway.port}\r\n${credentials.join('')}`;
  const silent = await openSocket(gateway);
  const headers = await openSocket(gateway, 'GET /health HTTP/1.1\r\n');
  const body = await openSocket(
    gateway,
    `${head}Content-Type: application/json\r\nContent-Length: 200\r\n\r\n{`,
  );
  const trickle = setInterval(() => {
    for (const socket of [headers, body]) {
      if (socket.writable) socket.write(socket === body ? ' ' : 'X: y\r\n');
    }
  }, 500);
  return Promise.all([silent, headers, body].map(ending)).finally(() => clearInterval(trickle));
}

test('5,000 idle connections keep nobody out, and are closed', async () => {
  let open = 0;
  const openIdle = async (): Promise<void> => {
    const socket = await openSocket(gateway);
    open++;
    socket.on('error', () => undefined);
    socket.on('close', () => open--);
  };
  for (let i = 0; i < 5_000; i += 250) await Promise.all(Array.from({ length: 250 }, openIdle));
  for (let i = 0; i < 20; i++) expect((await rpc(gateway, tester, 'ping')).body.result).toEqual({});
  expect(open).toBeGreaterThan(1_000);
  await until('they are ended', () => open === 0, 60_000);
}, 120_000);

test('headers and bodies that trickle in, and connections that say nothing, are ended', async () => {
  const [nothing, headers, body] = await slow;
  expect(nothing?.text).toBe('');
  expect(headers?.text).toMatch(/^HTTP\/1\.1 408 /);
  expect(body?.text).toMatch(/^HTTP\/1\.1 408 /);
  // Headers have less time than a whole request: when they are given up, the body is still waited for.
  expect((body?.ms ?? 0) - (headers?.ms ?? 0)).toBeGreaterThan(2_000);
}, 90_000);

test('connections past the limit are not taken, and those within it stay', async () => {
  const sockets: Socket[] = [];
  let open = 0;
  for (let i = 0; i < 8_000; i += 500) {
    sockets.push(...(await Promise.all(Array.from({ length: 500 }, () => openSocket(gateway)))));
  }
  for (const socket of sockets) {
    open++;
    socket.on('error', () => undefined);
    socket.on('close', () => open--);
  }
  const before = open;
  await ending(await openSocket(gateway));
  // The newest went first: it was not the time limit for silent connections that ended it.
  expect(open).toBeGreaterThan(before / 2);
  for (const socket of sockets) socket.destroy();
  await until('there is place again', () =>
    rpc(gateway, tester, 'ping').then(
      ({ body }) => body.result !== undefined,
      () => false,
    ),
  );
}, 120_000);
