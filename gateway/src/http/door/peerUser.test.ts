import { networkInterfaces } from 'node:os';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { peerUser } from './peerUser.ts';

const sockets: Socket[] = [];
afterEach(() => sockets.splice(0).forEach((socket) => socket.destroy()));

/** The gateway's end of a connection to an address of this machine. */
async function connected(listen: string, to = listen): Promise<Socket> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, listen, resolve));
  const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve));
  sockets.push(connect((server.address() as AddressInfo).port, to));
  const socket = await accepted;
  sockets.push(socket);
  server.close();
  return socket;
}

/** Where programs of this machine can reach one that listens on all addresses. */
const ownAddresses = Object.values(networkInterfaces())
  .flatMap((found) => found ?? [])
  .filter(({ internal, scopeid }) => !internal && (scopeid ?? 0) === 0)
  .map(({ address, family }): [string, string] => [family === 'IPv6' ? '::' : '0.0.0.0', address]);

test
  .runIf(process.platform === 'linux')
  .each([
    ...ownAddresses,
    ['127.0.0.1', '127.0.0.1'],
    ['127.0.0.1', '::ffff:127.0.0.1'],
    ['::', '127.0.0.1'],
    ['::1', '::1'],
  ])('a connection to %s by %s comes from this user', async (listen, to) => {
  expect(await peerUser(await connected(listen, to))).toEqual({ kind: 'known', uid: process.getuid?.() });
});

const connection = {
  remoteAddress: '127.0.0.1',
  remotePort: 0xbeef,
  localAddress: '127.0.0.1',
  localPort: 7345,
};
const row = (local: string, remote: string, uid: number, inode = 4711): string =>
  `   1: ${local} ${remote} 01 00000000:00000000 00:00000000 00000000  ${uid}        0 ${inode} 1 0 20 4 30 10 -1`;
const tableOf =
  (...rows: string[]) =>
  (path: string): Promise<string> =>
    Promise.resolve(path.endsWith('tcp') ? `  sl  local_address\n${rows.join('\n')}\n` : '');

test('another user is known as one, and the own end of the gateway is not taken for it', async () => {
  const own = row('0100007F:1CB1', '0100007F:BEEF', 1000);
  const other = row('0100007F:BEEF', '0100007F:1CB1', 1001);
  expect(await peerUser(connection, tableOf(own, other))).toEqual({ kind: 'known', uid: 1001 });
  expect(await peerUser(connection, tableOf(own))).toEqual({ kind: 'hidden' });
});

test('an end that its program has closed belongs to nobody: the kernel lists it as one of root', async () => {
  const orphaned = row('0100007F:BEEF', '0100007F:1CB1', 0, 0);
  expect(await peerUser(connection, tableOf(orphaned))).toEqual({ kind: 'hidden' });
});

test('a connection by another address of this machine is not taken for one of another machine', async () => {
  const lan = { ...connection, remoteAddress: '192.0.2.7', localAddress: '192.0.2.7' };
  const other = row('070200C0:BEEF', '070200C0:1CB1', 1001);
  expect(await peerUser(lan, tableOf(other))).toEqual({ kind: 'known', uid: 1001 });
  expect(await peerUser(lan, tableOf())).toEqual({ kind: 'hidden' });
});

test('what comes from another machine, or cannot be looked up, is untold', async () => {
  // As of a connection of the Unix socket.
  expect(await peerUser({}, tableOf())).toEqual({ kind: 'untold' });
  const remote = { ...connection, remoteAddress: '203.0.113.9', localAddress: '192.0.2.7' };
  expect(await peerUser(remote, tableOf())).toEqual({ kind: 'untold' });
  const read = (): Promise<string> => Promise.reject(new Error('ENOENT'));
  expect(await peerUser(connection, read)).toEqual({ kind: 'untold' });
});
