import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { request, type RequestOptions } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { X509Certificate } from 'node:crypto';
import { TLSSocket } from 'node:tls';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectByTls } from '../../gateway/src/local/pinnedTls.ts';
import { makeCertificates } from '../harness/certificates.ts';
import { lmcpProgram } from '../harness/commandLine.ts';
import { TestGateway, until } from '../harness/gateway.ts';
import { callerNamed, credentialsOf } from '../harness/rpc.ts';
import { fixture } from '../harness/servers.ts';

const red = callerNamed('red');
const blue = callerNamed('blue');
let folder: string;
/** Of another authority. */
let other: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lmcp-tls-'));
  other = await mkdtemp(join(tmpdir(), 'lmcp-tls-'));
  makeCertificates(folder, 'IP:127.0.0.1,DNS:lmcp.example.net');
  makeCertificates(other, 'IP:127.0.0.1');
});
afterAll(() => Promise.all([folder, other].map((path) => rm(path, { recursive: true }))));

const file = (name: string, of = folder): Promise<Buffer> => readFile(join(of, name));
const shown = async (of = folder) => ({
  cert: await file('client.pem', of),
  key: await file('client.key', of),
});

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly peer: X509Certificate | undefined;
}

/** One request on a connection of its own, which trusts the authority of the test alone. */
async function ask(
  gateway: TestGateway,
  path: string,
  options: RequestOptions & { readonly body?: unknown } = {},
): Promise<Answer> {
  const { body, ...rest } = options;
  const ca = [await file('ca.pem'), await file('ca.pem', other)];
  return new Promise((resolve, reject) => {
    const outgoing = request(
      `https://127.0.0.1:${gateway.port}${path}`,
      { ca, agent: false, method: body === undefined ? 'GET' : 'POST', ...rest },
      (incoming) => {
        const { socket } = incoming;
        const peer = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined;
        let text = '';
        incoming.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, text, peer }));
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

const list = { jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} };
const json = { 'Content-Type': 'application/json' };

async function gatewayWith(
  tls: object,
  registry: { lmcp?: object; red?: object } = {},
): Promise<TestGateway> {
  const gateway = await TestGateway.prepare({
    lmcp: {
      tls: { cert_file: join(folder, 'server.pem'), key_file: join(folder, 'server.key'), ...tls },
      ...registry.lmcp,
    },
    clients: {
      red: { token: red.token, allow_servers: ['plain'], ...registry.red },
      blue: { token: blue.token, allow_servers: [] },
    },
    servers: { plain: fixture('plain-server.ts') },
  });
  await gateway.runQuietly();
  return gateway;
}

describe('the listener by TLS', () => {
  test('serves the interface and MCP by https alone, and says so wherever it names itself', async () => {
    await using gateway = await gatewayWith(
      {},
      { lmcp: { oauth: true, management_token: 'management-0123456789' } },
    );
    const own = `https://127.0.0.1:${gateway.port}`;
    expect(gateway.output).toContain(`${own}/mcp`);
    const listed = await ask(gateway, '/mcp', { body: list, headers: { ...json, ...credentialsOf(red) } });
    expect(listed.text).toContain('plain__');
    await expect(fetch(`http://127.0.0.1:${gateway.port}/health`)).rejects.toThrow();
    const metadata = await ask(gateway, '/.well-known/oauth-authorization-server');
    expect(JSON.parse(metadata.text)).toMatchObject({ issuer: own, token_endpoint: `${own}/oauth/token` });
    // A page of the gateway itself, and one of the plain scheme.
    const from = (origin: string) => ask(gateway, '/health', { headers: { Origin: origin } });
    expect((await from(own)).status).toBe(200);
    expect((await from(own.replace('https', 'http'))).status).toBe(403);
    const status = await gateway.cli('status');
    expect([status.code, status.stdout]).toEqual([0, expect.stringContaining(`running at ${own}`)]);
    expect((await gateway.cli('open', '--print')).stdout).toContain(`${own}/ui/#sign-in=`);
    expect((await gateway.cli('connect', 'codex', '--client', 'red', '--print')).stdout).toContain(
      `${own}/mcp`,
    );
    const called = await gateway.cli(
      'call',
      'plain',
      'echo',
      '--args-json',
      '{"text":"by TLS"}',
      '--client',
      'red',
    );
    expect(called.stdout).toContain('by TLS');
  });

  test('commands find it by TCP too, and send a token to the certificate of the registry alone', async () => {
    await using gateway = await gatewayWith({});
    const run = join(gateway.folder, 'logs/audit.log.run');
    await rm(run);
    const found = await gateway.cli('status', '--port', String(gateway.port));
    expect([found.code, found.stdout]).toEqual([0, expect.stringContaining('running at https://')]);
    const place = { host: '127.0.0.1', port: gateway.port };
    const wrong = (await file('server.pem', other)).toString();
    await expect(connectByTls({ ...place, certificate: wrong })).rejects.toThrow('another certificate');
    const right = await connectByTls({ ...place, certificate: (await file('server.pem')).toString() });
    right.destroy();
  });

  test('is called by the name of its certificate where that is an allowed host', async () => {
    const gateway = await TestGateway.prepare({});
    await using _ = gateway;
    const { port } = gateway;
    makeCertificates(gateway.folder, 'DNS:lmcp.example.net');
    await gateway.writeRegistry({
      lmcp: {
        tls: { cert_file: join(gateway.folder, 'server.pem'), key_file: join(gateway.folder, 'server.key') },
        allowed_hosts: ['other.example.net', `lmcp.example.net:${port}`],
      },
    });
    await gateway.runQuietly();
    expect(gateway.output).toContain(`https://lmcp.example.net:${port}/mcp`);
    const own = { ca: await file('ca.pem', gateway.folder), servername: 'lmcp.example.net' };
    const asked = (host: string, origin: string) =>
      ask(gateway, '/health', { ...own, headers: { Host: host, Origin: origin } });
    const name = `lmcp.example.net:${port}`;
    expect((await asked(name, `https://${name}`)).status).toBe(200);
    expect((await asked(`evil.example:${port}`, `https://evil.example:${port}`)).status).toBe(403);
  });

  test('takes over another certificate while it runs, and keeps the last one while the files do not fit', async () => {
    const gateway = await TestGateway.prepare({});
    await using _ = gateway;
    const put = (from: string, ...names: string[]) =>
      Promise.all(names.map((name) => copyFile(join(from, name), join(gateway.folder, name))));
    await put(folder, 'server.pem', 'server.key');
    await gateway.writeRegistry({
      lmcp: {
        tls: { cert_file: join(gateway.folder, 'server.pem'), key_file: join(gateway.folder, 'server.key') },
      },
    });
    await gateway.runQuietly();
    const serial = async (): Promise<string | undefined> =>
      (await ask(gateway, '/health')).peer?.serialNumber;
    const [first, second] = await Promise.all(
      [folder, other].map(async (of) => new X509Certificate(await file('server.pem', of)).serialNumber),
    );
    expect(await serial()).toBe(first);
    await put(other, 'server.pem');
    await until('the misfit is told', () =>
      gateway.output.includes('this is not the key of the certificate'),
    );
    expect(await serial()).toBe(first);
    await put(other, 'server.key');
    await until('the new certificate is shown', async () => (await serial()) === second);
    // Of a key that TLS takes for too short.
    const weak =
      'req -x509 -newkey rsa:1024 -nodes -days 2 -subj /CN=weak -keyout server.key -out server.pem';
    execFileSync('openssl', weak.split(' '), { cwd: gateway.folder, stdio: 'ignore' });
    await until('the weak key is told', () => gateway.output.includes('TLS does not accept'));
    expect(await serial()).toBe(second);
    await rm(join(gateway.folder, 'server.pem'));
    await until('the missing file is told', () =>
      gateway.output.includes('the file cannot be read (ENOENT)'),
    );
    expect(await serial()).toBe(second);
    const changes = (await gateway.audit()).filter(({ event }) => event === 'config_change');
    expect(changes.map(({ allowed }) => allowed)).toEqual([false, true, false, false]);
    expect(JSON.stringify(changes)).toContain('lmcp.tls: the certificate is changed');
  });

  test('does not start with a fault in it, and names each key with its line', async () => {
    await using gateway = await TestGateway.prepare({
      lmcp: { tls: { cert_file: '/nowhere/lmcp.pem', client_certificates: 'optional' } },
      clients: { red: { certificate: 'CN:red', allow_servers: [] } },
    });
    const { code, stderr } = await gateway.cli('serve', '--no-open');
    expect(code).toBe(2);
    for (const message of [
      'key_file is missing',
      'the file cannot be read (ENOENT)',
      'there are no authorities for client certificates',
    ])
      expect(stderr).toMatch(new RegExp(`registry\\.yaml:\\d+:\\d+.*${message.replace(/[()]/g, '\\$&')}`));
  });
});

describe('client certificates', () => {
  const authority = () => ({ client_ca_file: join(folder, 'ca.pem') });

  test('required: nobody is answered without one of the authorities, and that is logged', async () => {
    await using gateway = await gatewayWith(authority());
    await expect(ask(gateway, '/health')).rejects.toThrow();
    await expect(ask(gateway, '/health', await shown(other))).rejects.toThrow();
    expect((await ask(gateway, '/health', await shown())).status).toBe(200);
    await until('both are logged', async () => {
      const reasons = (await gateway.audit()).map(({ reason }) => reason);
      return reasons.filter((reason) => reason === 'client_certificate_rejected').length === 2;
    });
    // Commands use the Unix socket.
    expect((await gateway.cli('status')).code).toBe(0);
  });

  test('optional: a certificate is the client that names it, and no other; without one a token is', async () => {
    await using gateway = await gatewayWith(
      { ...authority(), client_certificates: 'optional' },
      { red: { token: undefined, certificate: 'CN:client' } },
    );
    const listed = (headers: object, options: RequestOptions = {}) =>
      ask(gateway, '/mcp', { body: list, headers: { ...json, ...headers }, ...options });
    expect((await listed({}, await shown())).text).toContain('plain__');
    expect((await listed({ 'X-Lmcp-Client-Id': 'red' }, await shown())).text).toContain('plain__');
    // Of another authority it proves nothing.
    expect((await listed({}, await shown(other))).text).toContain('-32001');
    expect((await listed({})).text).toContain('-32001');
    expect((await listed(credentialsOf(blue))).text).toContain('"tools":[]');
    // The certificate says red, the token blue.
    expect((await listed(credentialsOf(blue), await shown())).text).toContain('-32001');
    expect((await listed({ 'X-Lmcp-Client-Id': 'blue' }, await shown())).text).toContain('-32001');
    const last = (await gateway.audit()).filter(({ event }) => event === 'client_auth').at(-1);
    expect(last).toMatchObject({ allowed: false, reason: 'conflicting_credentials' });
  });

  test('a stream ends when the registry names the certificate no more', async () => {
    const tls = { ...authority(), client_certificates: 'optional' };
    await using gateway = await gatewayWith(tls, { red: { certificate: 'CN:client' } });
    const initialize = {
      ...list,
      method: 'initialize',
      params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 't', version: '1' } },
    };
    const sessions: string[] = [];
    const opened = request(`https://127.0.0.1:${gateway.port}/mcp`, {
      ...(await shown()),
      ca: await file('ca.pem'),
      method: 'POST',
      headers: { ...json, Accept: 'application/json, text/event-stream' },
    }).end(JSON.stringify(initialize));
    const [answer] = (await once(opened, 'response')) as [import('node:http').IncomingMessage];
    answer.resume();
    sessions.push(String(answer.headers['mcp-session-id']));
    const stream = request(`https://127.0.0.1:${gateway.port}/mcp`, {
      ...(await shown()),
      ca: await file('ca.pem'),
      headers: { Accept: 'text/event-stream', 'Mcp-Session-Id': sessions[0] },
    }).end();
    const [events] = (await once(stream, 'response')) as [import('node:http').IncomingMessage];
    expect(events.statusCode).toBe(200);
    const ended = once(events.resume(), 'end');
    await gateway.writeRegistry({
      lmcp: { tls: { cert_file: join(folder, 'server.pem'), key_file: join(folder, 'server.key'), ...tls } },
      clients: { red: { token: red.token, allow_servers: ['plain'], certificate: 'CN:somebody-else' } },
      servers: { plain: fixture('plain-server.ts') },
    });
    await ended;
  });
});

test('the bridge reaches a gateway by TLS', async () => {
  await using gateway = await gatewayWith({});
  const client = new Client({ name: 'bridged', version: '1' });
  const args = [lmcpProgram, 'stdio', '--client', 'red', '--registry', gateway.registryPath];
  await client.connect(new StdioClientTransport({ command: process.execPath, args, stderr: 'inherit' }));
  expect((await client.listTools()).tools.map(({ name }) => name)).toContain('plain__echo');
  await client.close();
  // By the address alone the system's authorities decide, as for any other program.
  const url = `https://127.0.0.1:${gateway.port}`;
  const byAddress = new StdioClientTransport({
    command: process.execPath,
    args: [lmcpProgram, 'stdio', '--client', 'red', '--url', url],
    env: {
      ...(process.env as Record<string, string>),
      LMCP_TOKEN: red.token,
      NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem'),
    },
    stderr: 'inherit',
  });
  const second = new Client({ name: 'by-address', version: '1' });
  await second.connect(byAddress);
  expect((await second.listTools()).tools.map(({ name }) => name)).toContain('plain__echo');
  await second.close();
});
