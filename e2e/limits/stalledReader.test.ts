import type { Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestGateway, until } from '../harness/gateway.ts';
import { callerNamed, callTool } from '../harness/rpc.ts';
import { fixture } from '../harness/servers.ts';
import { openSocket } from '../harness/socket.ts';
import { vitalsOf } from '../soak/vitals.ts';

const managementToken = 'management-token-0123456789';
const honest = callerNamed('honest');
/** All places of /events but the one of a reader that reads. */
const stalledReaders = 49;
const callsARound = 100;
/** The kernel takes some megabytes for each reader before the gateway has to hold anything. */
const maxRounds = 300;
/** A mebibyte for each, and what strings and heaps take beside it. What was said after the kernel's share is more. */
const maxGrowthMib = 300;
let gateway: TestGateway;

beforeAll(async () => {
  gateway = await TestGateway.start({
    lmcp: { management_token: managementToken },
    clients: { honest: { token: honest.token, allow_servers: ['plain'] } },
    servers: { plain: fixture('plain-server.ts') },
  });
});
afterAll(() => gateway[Symbol.asyncDispose]());

interface Reader {
  readonly socket: Socket;
  heard: number;
  lastLine: string;
  closed: boolean;
}

/** A reader of /events as management has it: it sees the longest lines. */
async function openReader(): Promise<Reader> {
  const request =
    `GET /events HTTP/1.1\r\nHost: 127.0.0.1:${gateway.port}\r\n` +
    `X-Lmcp-Management-Token: ${managementToken}\r\n\r\n`;
  const socket = await openSocket(gateway, request);
  const reader: Reader = { socket, heard: 0, lastLine: '', closed: false };
  socket.on('error', () => undefined);
  socket.on('close', () => (reader.closed = true));
  socket.on('data', (chunk: Buffer) => {
    reader.heard += chunk.length;
    reader.lastLine = (reader.lastLine + chunk.toString('latin1')).slice(-4_000);
  });
  await until('it is answered', () => reader.heard > 0);
  return reader;
}

async function isPlaceFree(): Promise<boolean> {
  const { socket, lastLine } = await openReader();
  socket.destroy();
  return lastLine.startsWith('HTTP/1.1 200 ');
}

/** Each call is four lines of the log; repeated denials would be counted. */
async function calls(): Promise<void> {
  const answers = Array.from({ length: callsARound }, () => callTool(gateway, honest, 'plain__echo'));
  for (const { body } of await Promise.all(answers)) expect(body.result).toBeDefined();
}

function rssMib(): number {
  return vitalsOf(gateway.process?.pid ?? 0).rssMib;
}

test('readers of /events that never read are dropped, and their queued data is freed; others continue', async () => {
  const reader = await openReader();
  const stalled = await Promise.all(Array.from({ length: stalledReaders }, openReader));
  for (const { socket } of stalled) socket.pause();
  expect(await isPlaceFree()).toBe(false);
  // Once round for what a gateway grows by in its first calls.
  await calls();
  const before = rssMib();

  let rounds = 1;
  while (rounds < maxRounds && !(await isPlaceFree())) {
    await calls();
    rounds++;
  }
  expect(rounds).toBeLessThan(maxRounds);
  // As much again: nothing may pile up for disconnected readers.
  for (const all = 2 * rounds; rounds < all; rounds++) await calls();
  expect(rssMib() - before).toBeLessThan(maxGrowthMib);

  for (const { socket } of stalled) socket.resume();
  await until('the stalled readers see that they were dropped', () => stalled.every(({ closed }) => closed));
  const last = (await gateway.audit()).at(-1)?.seq ?? 0;
  expect(last).toBeGreaterThan(4 * callsARound * rounds);
  await until('the other reader has heard the newest line', () =>
    reader.lastLine.includes(`\nid: ${last}\n`),
  );
  expect(reader.closed).toBe(false);
  for (const { heard } of stalled) expect(heard).toBeLessThan(reader.heard / 1.5);
  reader.socket.destroy();
}, 170_000);
