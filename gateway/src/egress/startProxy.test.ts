import { once } from 'node:events';
import http from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, it, onTestFinished } from 'vitest';
import { silentLogger } from '../logger.ts';
import type { EgressAuthority, EgressQuestion, OwnDenial } from './authority.ts';
import { startProxy } from './startProxy.ts';

/** An HTTP server on loopback that answers with the request it received. */
async function target(): Promise<number> {
  const server = http.createServer((request, response) => {
    response.end(
      `${request.method} ${request.headers.host} ${request.url} ${JSON.stringify(request.headers['proxy-authorization'] ?? null)}`,
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** A proxy before a gateway that allows `inside.example` and `127.0.0.1` to holders of the token, and names that address. */
async function proxy(named = ['127.0.0.1']) {
  const denied: Parameters<EgressAuthority['denied']>[] = [];
  const { port, close } = await startProxy({
    host: '127.0.0.1',
    port: 0,
    logger: silentLogger,
    resolve: () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]),
    authority: {
      decide: ({ token, host }) =>
        Promise.resolve({
          allowed: token === 'good' && ['inside.example', '127.0.0.1'].includes(host),
          named,
        }),
      denied: (...denial) => Promise.resolve(void denied.push(denial)),
    },
  });
  onTestFinished(close);
  return { port, denied };
}

const authorization = (token: string): string => `Basic ${Buffer.from(`lmcp:${token}`).toString('base64')}`;

async function get(port: number, url: string, token = 'good'): Promise<[number, string]> {
  const headers = {
    'Proxy-Authorization': authorization(token),
    Connection: 'close',
  };
  const request = http.get({ host: '127.0.0.1', port, path: url, headers, agent: false });
  const [answer] = (await once(request, 'response')) as [http.IncomingMessage];
  return [answer.statusCode ?? 0, await text(answer)];
}

/** The status of a CONNECT request, and the answer to one request through the tunnel. */
async function through(port: number, to: string, token = 'good'): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(
    `CONNECT ${to} HTTP/1.1\r\nHost: ${to}\r\nProxy-Authorization: ${authorization(token)}\r\n\r\n`,
  );
  const [first] = (await once(socket, 'data')) as [Buffer];
  if (first.toString().startsWith('HTTP/1.1 200')) {
    socket.write('GET /inner HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    return text(socket);
  }
  socket.destroy();
  return first.toString();
}

/** What the proxy answers to these bytes, until it closes the connection. */
async function sent(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(bytes);
  return text(socket);
}

it('connects to allowed targets, by CONNECT and in absolute form, and does not forward its token', async () => {
  const inside = await target();
  const { port } = await proxy();
  expect(await get(port, `http://inside.example:${inside}/a?b=1`)).toEqual([
    200,
    `GET inside.example:${inside} /a?b=1 null`,
  ]);
  expect(await through(port, `inside.example:${inside}`)).toContain('GET x /inner null');
});

it.each([
  ['another name', 'outside.example:PORT', 'good', 403],
  ['another address', '127.0.0.2:PORT', 'good', 403],
  ['an unknown token', 'inside.example:PORT', 'bad', 403],
  ['no host', ':PORT', 'good', 400],
  ['user information', 'a@inside.example:PORT', 'good', 400],
])('denies %s', async (_what, written, token, status) => {
  const { port } = await proxy();
  const to = written.replace('PORT', String(await target()));
  expect(await through(port, to, token)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect((await get(port, `http://${to}/`, token))[0]).toBe(status);
});

it('requires its token', async () => {
  const { port } = await proxy();
  expect((await get(port, 'http://inside.example/', ''))[0]).toBe(403);
  const request = http.get({ host: '127.0.0.1', port, path: 'http://inside.example/', agent: false });
  const [answer] = (await once(request, 'response')) as [http.IncomingMessage];
  expect([answer.statusCode, answer.headers['proxy-authenticate']]).toEqual([407, 'Basic realm="egress"']);
  answer.resume();
});

it('denies an allowed name that resolves to a private address outside the entry, and reports it to the gateway', async () => {
  const inside = await target();
  const { port, denied } = await proxy([]);
  expect((await get(port, `http://inside.example:${inside}/`))[0]).toBe(403);
  expect(await through(port, `inside.example:${inside}`)).toMatch(/^HTTP\/1.1 403 /);
  const denial = ['private_address', { token: 'good', host: 'inside.example', port: inside }];
  expect(denied).toEqual([denial, denial]);
});

it('denies everything while the gateway does not answer', async () => {
  const { port, close } = await startProxy({
    ...{ host: '127.0.0.1', port: 0, logger: silentLogger },
    resolve: () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]),
    authority: {
      decide: () => Promise.reject(new Error('no gateway')),
      denied: () => Promise.reject(new Error('no gateway')),
    },
  });
  onTestFinished(close);
  expect((await get(port, 'http://inside.example/'))[0]).toBe(502);
  expect((await get(port, '/'))[0]).toBe(502);
  expect(await sent(port, 'x\r\n\r\n')).toBe('');
});

it('does not forward a request in origin form', async () => {
  const { port } = await proxy();
  expect((await get(port, '/'))[0]).toBe(400);
});

it('reports each request that it denies by itself to the gateway', async () => {
  const { port, denied } = await proxy();
  const authorized = `Proxy-Authorization: ${authorization('good')}\r\n`;
  const requests: [string, number, OwnDenial, Partial<EgressQuestion>?][] = [
    ['CONNECT a.example:443 HTTP/1.1\r\n\r\n', 407, 'no_credentials', { host: 'a.example', port: 443 }],
    [
      `GET http://a.example/x HTTP/1.1\r\nHost: a.example\r\nProxy-Authorization: Bearer good\r\nConnection: close\r\n\r\n`,
      407,
      'no_credentials',
      { host: 'a.example', port: 80 },
    ],
    [`CONNECT a.example HTTP/1.1\r\n${authorized}\r\n`, 400, 'malformed', { token: 'good' }],
    [
      `GET /x HTTP/1.1\r\nHost: a.example\r\n${authorized}Connection: close\r\n\r\n`,
      400,
      'malformed',
      { token: 'good' },
    ],
    [
      `GET http://inside.example/ HTTP/1.1\r\n${authorized}Connection: close\r\n\r\n`,
      400,
      'malformed',
      { token: 'good' },
    ],
    ['GET http://user:secret@a.example/ HTTP/1.0\r\n\r\n', 400, 'malformed', {}],
    ['\x16\x03\x01\x02\r\n\r\n', 400, 'malformed'],
    [`GET http://a.example/ HTTP/1.1\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`, 431, 'malformed'],
  ];
  for (const [bytes, status] of requests) {
    expect(await sent(port, bytes)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  }
  expect(denied).toEqual(requests.map(([, , ...denial]) => denial));
});

it('reports a connection above its maximum, one at a time', async () => {
  const { port, denied } = await proxy();
  const held = Array.from({ length: 512 }, () => connect(port, '127.0.0.1'));
  onTestFinished(() => {
    for (const socket of held) socket.destroy();
  });
  await Promise.all(held.map((socket) => once(socket, 'connect')));
  const dropped = Array.from({ length: 3 }, () => connect(port, '127.0.0.1').on('error', () => undefined));
  await Promise.all(
    dropped.map((socket) => new Promise((resolve) => socket.once('close', resolve).resume())),
  );
  await expect.poll(() => denied.length).toBe(3);
  expect(new Set(denied.flat())).toEqual(new Set(['too_many_connections']));
});
