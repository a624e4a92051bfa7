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

test.runIf(process.platform === 'linux').each([
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
const row = (local: string, remote: string, uid: number): string =>
  `   1: ${local} ${remote} 01 00000000:00000000 00:00000000 00000000  ${uid}        0 1 1 0 20 4 30 10 -1`;

test('another user is known as one, and the own end of the gateway is not taken for it', async () => {
  const own = row('0100007F:1CB1', '0100007F:BEEF', 1000);
  const other = row('0100007F:BEEF', '0100007F:1CB1', 1001);
  const read = (path: string): Promise<string> =>
    Promise.resolve(path.endsWith('tcp') ? `  sl  local_address\n${own}\n${other}\n` : '');
  expect(await peerUser(connection, read)).toEqual({ kind: 'known', uid: 1001 });
  const alone = (path: string): Promise<string> => Promise.resolve(path.endsWith('tcp') ? own : '');
  expect(await peerUser(connection, alone)).toEqual({ kind: 'hidden' });
});

test('what does not come over loopback, or is nowhere listed, is untold', async () => {
  expect(await peerUser({ ...connection, remoteAddress: '172.17.0.1' })).toEqual({ kind: 'untold' });
  const read = (): Promise<string> => Promise.reject(new Error('ENOENT'));
  expect(await peerUser(connection, read)).toEqual({ kind: 'untold' });
});
