import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, lstat, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { request, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lmcpProgram } from '../harness/commandLine.ts';
import { TestGateway, until } from '../harness/gateway.ts';
import { callerNamed, credentialsOf } from '../harness/rpc.ts';
import { fixture } from '../harness/servers.ts';

const blue = callerNamed('blue');
const isRoot = process.getuid?.() === 0;
/** No account has it on the systems that tests run on. */
const nobody = 65_534;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lmcp-sockets-'));
  await chmod(folder, 0o755);
});
afterEach(() => rm(folder, { recursive: true }));

const registryWith = (socket: object) => ({
  lmcp: { management_token: 'management-0123456789' },
  clients: {
    red: { allow_servers: ['plain'], socket: { path: join(folder, 'red.sock'), ...socket } },
    blue: { token: blue.token, allow_servers: [] },
  },
  servers: { plain: fixture('plain-server.ts') },
});

interface Asked {
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Answered {
  readonly status: number;
  readonly text: string;
  readonly headers: IncomingHttpHeaders;
}

function ask({ path = '/mcp', headers = {} }: Asked = {}): Promise<Answered> {
  const isMcp = path.startsWith('/mcp');
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        socketPath: join(folder, 'red.sock'),
        path,
        method: isMcp ? 'POST' : 'GET',
        headers: { 'Content-Type': 'application/json', ...headers },
      },
      (incoming) => {
        let text = '';
        incoming.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        incoming.on('end', () =>
          resolve({ status: incoming.statusCode ?? 0, text, headers: incoming.headers }),
        );
      },
    );
    outgoing.on('error', reject);
    outgoing.end(
      isMcp ? JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} }) : undefined,
    );
  });
}

test('anyone who connects to the socket of a client is that client, there and nowhere else', async () => {
  await using gateway = await TestGateway.start(registryWith({}));
  expect((await ask()).text).toContain('plain__');
  expect((await lstat(join(folder, 'red.sock'))).mode & 0o777).toBe(0o600);
  // What it was made in is gone.
  expect(await readdir(folder)).toEqual(['red.sock']);
  expect((await ask({ headers: { 'X-Lmcp-Client-Id': 'red' } })).text).toContain('plain__');
  for (const headers of [{ 'X-Lmcp-Client-Id': 'blue' }, credentialsOf(blue)])
    expect((await ask({ headers })).text).toContain('-32001');
  for (const path of [
    '/ui',
    '/registry/view',
    '/status',
    '/events',
    '/management/sign-in-link',
    '/oauth/token',
  ])
    expect(
      (await ask({ path, headers: { 'X-Lmcp-Management-Token': 'management-0123456789' } })).status,
    ).toBe(404);
  expect((await ask({ path: '/mcp/../ui' })).status).not.toBe(200);
  expect(JSON.parse((await ask({ path: '/auth-check' })).text)).toEqual({ ok: true, client_id: 'red' });
  // At the port it has no credentials.
  const answer = await fetch(`${gateway.origin}/auth-check?client_id=red`);
  expect(answer.status).toBe(401);
  const auth = (await gateway.audit()).filter(({ event }) => event === 'client_auth');
  expect(auth.map(({ client_id, reason }) => [client_id, reason])).toEqual([
    ['red', 'ok'],
    ['red', 'ok'],
    [null, 'conflicting_credentials'],
    [null, 'conflicting_credentials'],
    ['red', 'ok'],
    ['red', 'missing_token'],
  ]);
});

test('a client gets no proof by its socket with which it could imitate the gateway at another address', async () => {
  await using gateway = await TestGateway.start(registryWith({}));
  const challenge = { 'X-Lmcp-Challenge': 'A'.repeat(32) };
  const atPort = await fetch(`${gateway.origin}/health`, { headers: challenge });
  expect(atPort.headers.get('x-lmcp-proof')).toMatch(/^[\w-]{43}$/);
  const atSocket = await ask({ path: '/health', headers: { ...challenge, Host: '127.0.0.1:1' } });
  expect([atSocket.status, atSocket.headers['x-lmcp-proof']]).toEqual([200, undefined]);
  const own = await ask({ path: '/health', headers: { ...challenge, Host: 'client-socket.lmcp.invalid' } });
  expect(own.headers['x-lmcp-proof']).toMatch(/^[\w-]{43}$/);
});

test('a change of the socket ends its connections, and a client without one has none', async () => {
  await using gateway = await TestGateway.start(registryWith({}));
  const stream = request({
    socketPath: join(folder, 'red.sock'),
    path: '/sse',
    headers: { Accept: 'text/event-stream' },
  }).end();
  const [events] = (await once(stream, 'response')) as [import('node:http').IncomingMessage];
  const ended = new Promise((resolve) => events.resume().once('close', resolve).once('error', resolve));
  await gateway.writeRegistry(registryWith({ mode: '0660' }));
  await ended;
  await until('the socket has its mode', async () => {
    const found = await lstat(join(folder, 'red.sock')).catch(() => undefined);
    return ((found?.mode ?? 0) & 0o777) === 0o660;
  });
  expect((await ask()).text).toContain('plain__');
  await gateway.writeRegistry({ clients: { blue: { token: blue.token, allow_servers: [] } } });
  await until('the socket is gone', () =>
    lstat(join(folder, 'red.sock')).then(
      () => false,
      () => true,
    ),
  );
});

test.runIf(isRoot)('the mode of the socket decides which users of the machine may connect', async () => {
  await using gateway = await TestGateway.start(registryWith({}));
  const asNobody = async (): Promise<string> => {
    const script =
      `require('net').connect(${JSON.stringify(join(folder, 'red.sock'))})` +
      `.on('connect', function () { console.log('in'); this.destroy() }).on('error', (e) => console.log(e.code))`;
    const child = spawn(process.execPath, ['-e', script], { uid: nobody, gid: nobody, cwd: '/' });
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
    await once(child, 'close');
    return text.trim();
  };
  expect(await asNobody()).toBe('EACCES');
  await gateway.writeRegistry(registryWith({ group: String(nobody), mode: '0660' }));
  await until('the group may connect', async () => (await asNobody()) === 'in');
  await gateway.writeRegistry(registryWith({ owner: String(nobody), mode: '0600' }));
  await until('the owner has it', async () => {
    const found = await lstat(join(folder, 'red.sock')).catch(() => undefined);
    return found?.uid === nobody && (found.mode & 0o777) === 0o600;
  });
  expect(await asNobody()).toBe('in');
});

test('LMCP does not start where others could replace the socket, or something else has its name', async () => {
  const start = async (socket = {}): Promise<string> => {
    await using gateway = await TestGateway.prepare(registryWith(socket));
    const { code, stderr } = await gateway.cli('serve', '--no-open');
    expect(code).toBe(1);
    return stderr;
  };
  await writeFile(join(folder, 'red.sock'), 'of somebody');
  expect(await start()).toContain('clients.red.socket: ' + join(folder, 'red.sock') + ' is there already');
  await rm(join(folder, 'red.sock'));
  await chmod(folder, 0o777);
  expect(await start()).toContain(`others may write ${folder}`);
  await chmod(folder, 0o755);
  const inner = join(folder, 'inner');
  await mkdir(inner, { mode: 0o755 });
  await chmod(folder, 0o777);
  expect(await start({ path: join(inner, 'red.sock') })).toContain(`others may replace ${inner}: everybody`);
});

test('the bridge uses the socket, with the registry or without it, and needs no token', async () => {
  await using gateway = await TestGateway.start(registryWith({}));
  for (const place of [
    ['--registry', gateway.registryPath],
    ['--socket', join(folder, 'red.sock')],
  ]) {
    const client = new Client({ name: 'bridged', version: '1' });
    const args = [lmcpProgram, 'stdio', '--client', 'red', ...place];
    await client.connect(
      new StdioClientTransport({ command: process.execPath, args, cwd: folder, stderr: 'inherit' }),
    );
    const result = await client.callTool({ name: 'plain__echo', arguments: { text: 'by the socket' } });
    expect(JSON.stringify(result)).toContain('by the socket');
    await client.close();
  }
});

test('a registry gives each socket to one client', async () => {
  await mkdir(join(folder, 'config'));
  await using gateway = await TestGateway.prepare({
    clients: {
      red: { allow_servers: [], socket: { path: '/run/lmcp/one.sock' } },
      green: { allow_servers: [], socket: { path: '/run/lmcp/../lmcp/one.sock', mode: '0666' } },
    },
  });
  const { code, stderr } = await gateway.cli('validate');
  expect(code).toBe(2);
  expect(stderr).toContain('is also that of clients.red.socket.path');
  expect(stderr).toContain('these are no permissions of owner and group');
});
