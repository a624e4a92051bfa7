import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { attach } from './attach.ts';

let server: http.Server;
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

async function rejectedWith(status: number, body: string): Promise<unknown> {
  server = http.createServer();
  server.on('upgrade', (_request, socket) => {
    socket.end(
      `HTTP/1.1 ${status} X\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return attach({ host: '127.0.0.1', port }, '/attach', { Host: 'docker' }).catch((error: unknown) => error);
}

it('keeps the engine’s own sentence, fit to print', async () => {
  const body = JSON.stringify({ message: 'setrlimit RLIMIT_NOFILE\u001b[2J' });
  expect(await rejectedWith(409, body)).toMatchObject({
    kind: 'failed',
    message: 'attaching was answered 409 instead of 101: setrlimit RLIMIT_NOFILE\\u001b[2J',
  });
});

it.each([
  [401, 'rejected'],
  [403, 'rejected'],
  [404, 'not_found'],
  [500, 'failed'],
])('tells %i as %s', async (status, kind) => {
  expect(await rejectedWith(status, '{"message":"why"}')).toMatchObject({ kind });
});

it.each(['', 'no json', '{}', '{"message":7}', JSON.stringify({ message: 'x'.repeat(10_000) })])(
  'tells the status alone where there is no usable sentence',
  async (body) => {
    expect(await rejectedWith(500, body)).toMatchObject({
      message: 'attaching was answered 500 instead of 101',
    });
  },
);
