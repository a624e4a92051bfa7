import { connect, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { expect, test } from 'vitest';
import { TestGateway, until } from '../harness/gateway.ts';

/** An address of this machine that other machines may reach: a connection to it comes from it. */
const outside = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;

/** Whether the gateway keeps the connection open: it has answered on it. */
function asked(socket: Socket, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    socket.once('data', () => resolve(true)).once('close', () => resolve(false));
    socket.once('error', () => resolve(false));
    socket.write(`GET /health HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`);
  });
}

test('one address has its maximum of connections at the same time, and those of this machine are not counted', async () => {
  if (outside === undefined) throw new Error('this test needs a network interface besides loopback');
  await using gateway = await TestGateway.start({
    lmcp: { host: '0.0.0.0', loopback_only: false, max_connections_per_address: 2 },
  });
  expect(gateway.output).toContain('without encryption');
  const open = (address: string) => Array.from({ length: 4 }, () => connect(gateway.port, address));
  const remote = open(outside);
  const answered = await Promise.all(remote.map((socket) => asked(socket, gateway.port)));
  expect(answered.filter(Boolean)).toHaveLength(2);
  const local = open('127.0.0.1');
  expect(await Promise.all(local.map((socket) => asked(socket, gateway.port)))).toEqual([
    true,
    true,
    true,
    true,
  ]);
  remote.forEach((socket) => socket.destroy());
  await until('there is a place again', async () => {
    const socket = connect(gateway.port, outside);
    const isAnswered = await asked(socket, gateway.port);
    socket.destroy();
    return isAnswered;
  });
  local.forEach((socket) => socket.destroy());
  const rejected = (await gateway.audit()).filter(({ reason }) => reason === 'too_many_connections');
  expect(rejected.length).toBeGreaterThanOrEqual(2);
});
