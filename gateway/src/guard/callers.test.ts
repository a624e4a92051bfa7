import { mkdtemp, rm, stat } from 'node:fs/promises';
import type http from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { silentLogger } from '../logger.ts';
import { startGuard } from './startGuard.ts';
import { secret, testGuard, type Sent } from './testing/testGuard.ts';
import { testRules } from '../registry/container/testing/testRules.ts';

// Many connections take their time on a machine that is busy.
vi.setConfig({ testTimeout: 60_000 });

const own = { Id: 'a'.repeat(64), Name: '/lmcp-home-x-1', Config: { Labels: { 'lmcp.instance': 'home' } } };
const version = { ApiVersion: '1.45', Version: '28.0.0' };

/** An engine with one container of the installation. */
const engine: http.RequestListener = (request, response) => {
  request.resume();
  const path = (request.url ?? '').replace(/^\/v1\.\d+/, '').split('?')[0] ?? '';
  const json = (value: unknown, status = 200): void =>
    void response.writeHead(status).end(JSON.stringify(value));
  if (path === '/version') json(version);
  else if (/^\/containers\/[^/]+\/json$/.test(path)) json(own);
  else if (path.endsWith('/stop') || request.method === 'DELETE') response.writeHead(204).end();
  else json({ message: 'no' }, 404);
};

it.each([
  [{ headers: { Origin: 'http://evil.example' } }, 403],
  [{ headers: { 'Sec-Fetch-Site': 'cross-site' } }, 403],
  [{ headers: { Host: 'evil.example' } }, 403],
  [{ headers: { 'x-lmcp-guard-secret': '' } }, 401],
  [{ headers: { 'x-lmcp-guard-secret': `${secret}x` } }, 401],
  [{ method: 'POST', path: '/containers/x/stop', headers: { Origin: 'null' } }, 403],
  [
    { method: 'POST', path: '/containers/x/stop', headers: { 'Content-Type': 'text/plain' }, body: '{}' },
    415,
  ],
  [
    {
      method: 'POST',
      path: '/containers/create?name=x',
      headers: { 'Content-Type': 'text/plain' },
      body: '{}',
    },
    415,
  ],
] as [Sent & { readonly path?: string }, number][])(
  'denies and logs %j',
  async ({ path = '/version', ...sent }, status) => {
    const guard = await testGuard(engine);
    expect((await guard.ask('/version')).status).toBe(200);
    expect((await guard.ask(path, sent)).status).toBe(status);
    expect(guard.warnings).toEqual([expect.stringMatching(/^engine guard: denied (GET|POST) "\//)]);
    expect(guard.info).toEqual([]);
  },
);

it('denies an upgrade of a web page or without the secret', async () => {
  const { ask } = await testGuard(engine, { upgrade: (_request, socket) => socket.destroy() });
  const upgrade = async (headers: Record<string, string>): Promise<number> => {
    const all = { Connection: 'Upgrade', Upgrade: 'tcp', ...headers };
    return (await ask('/containers/x/attach', { method: 'POST', headers: all })).status;
  };
  expect(await upgrade({ Origin: 'http://evil.example' })).toBe(403);
  expect(await upgrade({ 'x-lmcp-guard-secret': 'x' })).toBe(401);
});

it('opens its Unix socket to its own group alone', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lmcp-guard-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const socketPath = join(folder, 'guard.sock');
  // Only root may give it to a group that it is not in.
  const socketGroup = process.getuid?.() === 0 ? 7_345 : (process.getgroups?.().at(-1) ?? -1);
  const options = { engine: { socketPath: join(folder, 'none') }, rules: testRules, logger: silentLogger };
  const guard = await startGuard({ ...options, listen: { socketPath }, socketGroup });
  onTestFinished(() => guard.close());
  const { mode, gid } = await stat(socketPath);
  expect([(mode & 0o777).toString(8), gid]).toEqual(['660', socketGroup]);
});

it('does not listen on TCP without a secret', async () => {
  const listen = { host: '127.0.0.1', port: 0 };
  const options = { engine: listen, listen, rules: testRules, logger: silentLogger };
  await expect(startGuard(options)).rejects.toThrow('LMCP_GUARD_SECRET_FILE');
});

it('logs each stop and removal, by the container’s name', async () => {
  const { ask, info, warnings } = await testGuard(engine);
  await ask('/containers/x/stop', { method: 'POST' });
  await ask('/containers/x', { method: 'DELETE' });
  expect(info).toEqual([
    'engine guard: stop lmcp-home-x-1: done',
    'engine guard: remove lmcp-home-x-1: done',
  ]);
  expect(warnings).toEqual([]);
});

it('ends connections that do not send their request in time', async () => {
  const { port } = await testGuard(engine, { deadlines: { header: 100, request: 200, idle: 100 } });
  const header = `POST /containers/create?name=x HTTP/1.1\r\nHost: docker\r\nx-lmcp-guard-secret: ${secret}\r\n`;
  const unfinished = [
    '',
    'GET /version HTTP/1.1\r\nHost: do',
    `${header}Content-Type: application/json\r\nContent-Length: 9\r\n\r\n{`,
  ];
  const ended = unfinished.map(
    (sent) =>
      new Promise<string>((resolve) => {
        let text = '';
        const socket = connect(port, '127.0.0.1', () => socket.write(sent));
        socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
        socket.on('error', () => undefined);
        socket.on('close', () => resolve(text));
      }),
  );
  for (const text of await Promise.all(ended)) expect(text).toMatch(/^HTTP\/1\.1 (408|400)/);
});

it('holds 16 MiB of bodies at the most, and rejects the rest', async () => {
  const { port, warnings, ask } = await testGuard(engine);
  const size = 1024 ** 2;
  const header =
    `POST /containers/create?name=x HTTP/1.1\r\nHost: docker\r\nx-lmcp-guard-secret: ${secret}\r\n` +
    `Content-Type: application/json\r\nContent-Length: ${size}\r\n\r\n`;
  // All but the last byte: each is held until the guard rejects it.
  const sockets = Array.from({ length: 40 }, () => {
    const socket = connect(port, '127.0.0.1', () => socket.write(header + ' '.repeat(size - 1)));
    socket.on('error', () => undefined);
    return {
      socket,
      status: new Promise<string>((resolve) => socket.once('data', (chunk) => resolve(chunk.toString()))),
    };
  });
  const denied: string[] = [];
  for (const { status } of sockets) void status.then((text) => denied.push(text.slice(0, 12)));
  await expect.poll(() => denied.length).toBeGreaterThanOrEqual(24);
  expect(new Set(denied)).toEqual(new Set(['HTTP/1.1 503']));
  expect(warnings.every((line) => line.includes('too many create bodies'))).toBe(true);
  for (const { socket } of sockets) socket.destroy();
  await expect.poll(async () => (await ask('/version')).status).toBe(200);
});

it('keeps no more connections than one for each container and 128', async () => {
  const { port, warnings, ask } = await testGuard(engine, { rules: { ...testRules, maxContainers: 2 } });
  let closed = 0;
  const sockets = Array.from({ length: 200 }, () =>
    connect(port, '127.0.0.1')
      .on('error', () => undefined)
      .on('close', () => closed++),
  );
  await expect.poll(() => closed).toBe(70);
  expect(warnings).toEqual(['engine guard: rejected connections: 130 are open already']);
  for (const socket of sockets) socket.destroy();
  await expect.poll(async () => (await ask('/version').catch(() => undefined))?.status).toBe(200);
});
