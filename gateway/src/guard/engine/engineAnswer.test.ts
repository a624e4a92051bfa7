import http from 'node:http';
import { expect, it } from 'vitest';
import { testGuard, secret, type TestGuard } from '../testing/testGuard.ts';
import { testRules } from '../../registry/container/testing/testRules.ts';

const version = { ApiVersion: '1.45', Version: '28.0.0', KernelVersion: 'leak' };
const own = { Id: 'a'.repeat(64), Name: '/lmcp-home-x-1', Config: { Labels: { 'lmcp.instance': 'home' } } };

/** An engine that answers so to what its path ends in. */
function before(
  answers: Record<string, readonly [status: number, body: string]>,
  options: Parameters<typeof testGuard>[1] = {},
): Promise<TestGuard> {
  const all = { '/version': [200, JSON.stringify(version)] as const, ...answers };
  return testGuard((request, response) => {
    request.resume();
    const path = (request.url ?? '').split('?')[0] ?? '';
    const [status, body] = Object.entries(all).find(([end]) => path.endsWith(end))?.[1] ?? [404, '{}'];
    response.writeHead(status).end(body);
  }, options);
}
const json = async (response: Response): Promise<unknown> => response.json();
const post = { method: 'POST' };

it('answers with the members that a gateway reads, and no other', async () => {
  const Config = { User: 'node', Volumes: { '/d': {} }, Env: ['leak'], Labels: { a: 'leak' } };
  const container = {
    Id: 'a',
    Names: ['/lmcp-home-x'],
    Command: 'leak',
    Labels: { 'lmcp.server': 'x', b: 'leak' },
  };
  const event = {
    Type: 'container',
    Action: 'die',
    Actor: { ID: 'a', Attributes: { exitCode: '0', c: 'leak' } },
  };
  const { ask } = await before({
    '/images/x/json': [200, JSON.stringify({ Id: 'leak', Config })],
    '/containers/json': [200, JSON.stringify([container])],
    '/events': [200, `${JSON.stringify(event)}\n`],
    '/own/json': [200, JSON.stringify(own)],
    '/stats': [200, JSON.stringify({ name: 'leak', pids_stats: { current: 3 } })],
    '/_ping': [200, 'OK'],
  });
  const answers = [
    '/version',
    '/images/x/json',
    '/containers/json',
    '/events',
    '/containers/own/stats',
    '/_ping',
  ];
  const texts = await Promise.all(answers.map(async (path) => (await ask(path)).text()));
  expect(texts.join('\n')).not.toContain('leak');
  expect(JSON.parse(texts[1]!)).toEqual({
    Config: { User: 'node', Volumes: { '/d': {} } },
    RepoDigests: [],
  });
  expect(JSON.parse(texts[4]!)).toEqual({ pids_stats: { current: 3 } });
  expect(texts[5]).toBe('OK');
});

it.each([
  ['before it begins', 500, JSON.stringify({ message: 'invalid response: SECRET-FROM-LOOPBACK' })],
  [
    'in its progress',
    200,
    `${JSON.stringify({ status: 'Pulling SECRET-FROM-LOOPBACK' })}\n${JSON.stringify({ error: 'SECRET-FROM-LOOPBACK', errorDetail: { message: 'SECRET-FROM-LOOPBACK' } })}\n`,
  ],
])('repeats nothing of what a registry answered when a pull fails %s', async (_, status, body) => {
  const { ask, warnings } = await before({ '/images/create': [status, body] });
  const answer = await ask('/images/create?fromImage=ghcr.io/a/b&tag=1', post);
  const text = await answer.text();
  expect(answer.status).toBe(status);
  expect(text).not.toContain('SECRET');
  expect(text).toContain('could not pull the image');
  expect(warnings).toEqual([expect.stringContaining('pulling ghcr.io/a/b failed')]);
});

it('tells of a pull that it is complete, and logs it', async () => {
  const { ask, info } = await before({
    '/images/create': [200, '{"status":"Downloading"}\n{"status":"Done"}\n'],
  });
  expect(await json(await ask('/images/create?fromImage=node&tag=24', post))).toEqual({
    status: 'Pull complete',
  });
  expect(info).toEqual(['engine guard: pull node: done']);
});

it('asks no registry that is not allowed', async () => {
  const all = { '/images/create': [200, '{}'] as const };
  const { ask, warnings } = await before(all);
  const from = (image: string): Promise<Response> =>
    ask(`/images/create?fromImage=${encodeURIComponent(image)}`, post);
  for (const image of ['127.0.0.1:18390/any/path', 'localhost/a', 'host.docker.internal/a', 'nas/../a']) {
    expect((await from(image)).status).toBe(403);
  }
  expect(warnings).toHaveLength(4);
  const named = await before(all, { rules: { ...testRules, registries: ['127.0.0.1:18390'] } });
  const url = '/images/create?fromImage=127.0.0.1:18390/a';
  expect((await named.ask(url, post)).status).toBe(200);
});

it('keeps the engine’s sentence when a start or an attachment fails, fit to print', async () => {
  const upgrade: NonNullable<Parameters<typeof testGuard>[1]>['upgrade'] = (_request, socket) => {
    const text = JSON.stringify({ message: 'setrlimit RLIMIT_NOFILE' });
    socket.end(`HTTP/1.1 409 Conflict\r\nContent-Length: ${text.length}\r\nConnection: close\r\n\r\n${text}`);
  };
  const message = JSON.stringify({ message: 'OCI runtime: no such file\u001b[2J' });
  const { ask, port, info } = await before(
    { '/own/json': [200, JSON.stringify(own)], '/start': [400, message] },
    { upgrade },
  );
  const start = await ask('/containers/own/start', post);
  expect([start.status, await start.json()]).toEqual([
    400,
    { message: 'OCI runtime: no such file\\u001b[2J' },
  ]);
  const attached = await new Promise<string>((resolve, reject) => {
    const headers = { Host: 'docker', 'x-lmcp-guard-secret': secret, Connection: 'Upgrade', Upgrade: 'tcp' };
    const options = { host: '127.0.0.1', port, method: 'POST', path: '/containers/own/attach', headers };
    const request = http.request(options, (response) => {
      response.setEncoding('utf8').on('data', (text: string) => resolve(`${response.statusCode} ${text}`));
    });
    request.on('error', reject).end();
  });
  expect(attached).toBe('409 {"message":"setrlimit RLIMIT_NOFILE"}');
  expect(info).toEqual([
    'engine guard: start lmcp-home-x-1: failed (400)',
    'engine guard: attach lmcp-home-x-1: failed (409)',
  ]);
});
