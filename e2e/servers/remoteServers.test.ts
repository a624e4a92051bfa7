import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeCertificates } from '../harness/certificates.ts';
import { lmcpProgram } from '../harness/commandLine.ts';
import { root, TestGateway, until } from '../harness/gateway.ts';

/**
 * A network of its own, in which a public address and a private one are those of the test: nothing of it leaves the machine. Its
 * /etc/hosts stands for DNS.
 */
const network = `lmcp-remote-${process.pid}`;
const [publicAddress, privateAddress] = ['198.41.0.4', '10.7.0.4'];
const hosts = `/etc/netns/${network}`;
const isRoot = process.getuid?.() === 0;
const tester = { token: 'token-of-tester-0123456789', allow_servers: '*' };
const servers: ChildProcess[] = [];
let certificates: string;

function inNetwork(...command: string[]): ChildProcess {
  return spawn('ip', ['netns', 'exec', network, ...command], { stdio: ['ignore', 'pipe', 'pipe'] });
}

beforeAll(async () => {
  if (!isRoot) return;
  certificates = mkdtempSync(join(tmpdir(), 'lmcp-remote-'));
  makeCertificates(certificates, 'DNS:mcp.example.com,DNS:lan.example.com,DNS:inside.example.com');
  mkdirSync(hosts, { recursive: true });
  const names = [
    [publicAddress, 'mcp.example.com'],
    [privateAddress, 'lan.example.com'],
    ['127.0.0.1', 'inside.example.com'],
  ];
  writeFileSync(join(hosts, 'hosts'), names.map((line) => line.join(' ')).join('\n'));
  execFileSync('ip', ['netns', 'add', network]);
  const ip = (...args: string[]): unknown => execFileSync('ip', ['-n', network, ...args]);
  ip('link', 'set', 'lo', 'up');
  for (const address of [publicAddress, privateAddress]) ip('addr', 'add', `${address}/32`, 'dev', 'lo');
  for (const address of [publicAddress, privateAddress, '127.0.0.1']) {
    const script = join(root, 'e2e/fixtures/tls-server.ts');
    const server = inNetwork(process.execPath, script, address, '443', certificates);
    servers.push(server);
    if (server.stdout) await once(server.stdout, 'data');
  }
});

afterAll(() => {
  if (!isRoot) return;
  for (const server of servers) server.kill('SIGKILL');
  execFileSync('ip', ['netns', 'del', network]);
  for (const folder of [hosts, certificates]) rmSync(folder, { recursive: true, force: true });
});

/** A gateway within the network, with `loopback_only`; commands reach it by its Unix socket. */
async function gatewayWith(entries: Readonly<Record<string, object>>): Promise<TestGateway> {
  const gateway = await TestGateway.prepare({
    clients: { tester: { ...tester, allow_servers: Object.keys(entries) } },
    servers: Object.fromEntries(
      Object.entries(entries).map(([id, entry]) => [
        id,
        { transport: 'http', tls: { ca_file: join(certificates, 'ca.pem') }, remote: true, ...entry },
      ]),
    ),
  });
  gateway.process = inNetwork(process.execPath, lmcpProgram, 'serve', '--registry', gateway.registryPath);
  for (const stream of [gateway.process.stdout, gateway.process.stderr])
    stream?.on('data', (chunk: Buffer) => (gateway.output += chunk.toString()));
  await until('the gateway listens', () => gateway.output.includes('/mcp'));
  return gateway;
}

test.runIf(isRoot)('a remote server is reached by TLS under loopback_only, and no other', async () => {
  await using gateway = await gatewayWith({
    far: { url: 'https://mcp.example.com/mcp' },
    known: {
      url: 'https://mcp.example.com/mcp',
      tls: {
        ca_file: join(certificates, 'ca.pem'),
        cert_file: join(certificates, 'client.pem'),
        key_file: join(certificates, 'client.key'),
      },
    },
    untrusted: { url: 'https://mcp.example.com/mcp', tls: {} },
    lan: { url: 'https://lan.example.com/mcp' },
    own: { url: 'https://lan.example.com/mcp', allow_private: true },
    // The name of a public server, which DNS points at this machine.
    rebound: { url: 'https://inside.example.com/mcp', allow_private: true },
  });
  const call = async (server: string): Promise<string> => {
    const { stdout, stderr } = await gateway.cli('call', server, 'peer', '--client', 'tester');
    return stdout + stderr;
  };
  expect(await call('far')).toContain('called by nobody');
  expect(await call('known')).toContain('called by client');
  expect(await call('untrusted')).toContain('servers.untrusted.tls.ca_file');
  expect(await call('lan')).toContain('servers.lan.allow_private: true');
  expect(await call('own')).toContain('called by nobody');
  expect(await call('rebound')).toContain('an address that is not public: LMCP does not connect to it');
});
