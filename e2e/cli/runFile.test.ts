import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { createServer, request } from 'node:http';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { RunningGateway } from '../../gateway/src/local/runFile.ts';
import { runLmcp } from '../harness/commandLine.ts';
import { freePort, TestGateway } from '../harness/gateway.ts';
import { managementToken } from '../harness/management.ts';
import { fixture } from '../harness/servers.ts';

const token = 'token-of-tester-0123456789';
const registry = {
  lmcp: { management_token: managementToken },
  clients: { tester: { token, allow_servers: ['plain'] } },
  servers: { plain: fixture('plain-server.ts') },
};

/** A gateway whose socket is below its own folder. */
async function start(prepare?: (runtime: string) => void): Promise<TestGateway> {
  const gateway = await TestGateway.prepare(registry);
  const runtime = join(gateway.folder, 'runtime');
  mkdirSync(runtime, { mode: 0o700 });
  prepare?.(runtime);
  await gateway.run({ XDG_RUNTIME_DIR: runtime, TMPDIR: runtime });
  return gateway;
}

const runFile = (gateway: TestGateway): string => `${gateway.auditPath}.run`;
const named = (gateway: TestGateway): RunningGateway =>
  JSON.parse(readFileSync(runFile(gateway), 'utf8')) as RunningGateway;

/** Every command that needs the running gateway, with its exit status; `call` starts one where none is found. */
async function runAll(gateway: TestGateway): Promise<[string, number | null, boolean][]> {
  const commands = [
    ['status'],
    ['call', 'plain', 'echo', '--args-json', '{"text":"hello"}'],
    ['test', 'plain'],
    ['tools', 'list', 'plain'],
    ['tools', 'refresh'],
    ['client', 'add', `c${Date.now()}`],
  ];
  const all: [string, number | null, boolean][] = [];
  for (const command of commands) {
    const { code, stderr } = await gateway.cli(...command);
    all.push([command.slice(0, 2).join(' '), code, stderr.includes('starting one')]);
  }
  return all;
}

const allReached = ['status', 'call plain', 'test plain', 'tools list', 'tools refresh', 'client add'].map(
  (command) => [command, 0, false],
);

function health(socket: string, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath: socket, path: '/health', headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    asked.on('error', reject).end();
  });
}

test('the run file names the gateway and its socket, both for its user alone, and is gone at a clean end', async () => {
  await using gateway = await start();
  const { pid, host, port, socket } = named(gateway);
  expect([pid, host, port]).toEqual([gateway.process?.pid, '127.0.0.1', gateway.port]);
  expect(statSync(runFile(gateway)).mode & 0o777).toBe(0o600);
  expect(socket?.startsWith(join(gateway.folder, 'runtime/lmcp/'))).toBe(true);
  expect(lstatSync(socket ?? '').mode & 0o777).toBe(0o600);
  expect(statSync(join(gateway.folder, 'runtime/lmcp')).mode & 0o777).toBe(0o700);
  await gateway.stop();
  expect([existsSync(runFile(gateway)), existsSync(socket ?? '')]).toEqual([false, false]);
});

test('every command finds the gateway after its port was edited in the registry', async () => {
  await using gateway = await start();
  await gateway.writeRegistry({ ...registry, lmcp: { ...registry.lmcp, port: await freePort() } });
  expect(await runAll(gateway)).toEqual(allReached);
  const { stdout } = await gateway.cli('status', '--json');
  expect((JSON.parse(stdout) as { endpoint: string }).endpoint).toBe(gateway.origin);
  const bridge = await gateway.cli('stdio', '--client', 'tester', '--connection');
  expect((JSON.parse(bridge.stdout) as { url: string }).url).toBe(`${gateway.origin}/mcp`);
});

test('commands go through the socket, and over the address where there is none', async () => {
  await using gateway = await start();
  const { socket } = named(gateway);
  rmSync(socket ?? '');
  await gateway.writeRegistry({ ...registry, lmcp: { ...registry.lmcp, port: await freePort() } });
  expect(await runAll(gateway)).toEqual(allReached);
});

test('through the socket any Host is answered, credentials are needed as everywhere, and pages get nothing', async () => {
  await using gateway = await start();
  const socket = named(gateway).socket ?? '';
  expect(await health(socket, { Host: 'anything.example' })).toBe(200);
  expect(await health(socket, { Host: 'localhost', Origin: 'https://evil.example' })).toBe(403);
  expect(await health(socket, { Host: 'localhost', 'Sec-Fetch-Site': 'cross-site' })).toBe(403);
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const asked = request({ socketPath: socket, path: '/registry/view' }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    asked.on('error', reject).end();
  });
  expect(status).toBe(403);
});

test('a run file that a killed gateway left is harmless: commands start one, and so does serve', async () => {
  await using gateway = await start();
  const { socket } = named(gateway);
  await gateway.stop('SIGKILL');
  expect([existsSync(runFile(gateway)), existsSync(socket ?? '')]).toEqual([true, true]);
  const status = await gateway.cli('status');
  expect([status.code, status.stderr.includes('no gateway runs at')]).toEqual([1, true]);
  const { code, stderr } = await gateway.cli('test', 'plain');
  expect([code, stderr.includes('starting one')]).toEqual([0, true]);
  await gateway.run({ XDG_RUNTIME_DIR: join(gateway.folder, 'runtime') });
  expect(named(gateway)).toEqual({ ...named(gateway), socket, pid: gateway.process?.pid });
  expect(await runAll(gateway)).toEqual(allReached);
});

test('a program that takes the port of a killed gateway is asked for the proof alone', async () => {
  await using gateway = await start();
  await gateway.stop('SIGKILL');
  const seen: string[] = [];
  const thief = createServer((asked, answer) => {
    seen.push(`${asked.method} ${asked.url} ${JSON.stringify(asked.headers)}`);
    answer.end(JSON.stringify({ ok: true, service: 'lmcp', version: '0.1.0' }));
  });
  await new Promise<void>((resolve) => thief.listen(gateway.port, '127.0.0.1', resolve));
  const said = (await gateway.cli('status')).stderr + (await gateway.cli('tools', 'list', 'plain')).stderr;
  thief.closeAllConnections();
  await new Promise((resolve) => thief.close(resolve));
  expect(said.match(/did not prove to be the gateway of/g)).toHaveLength(2);
  expect(seen.map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual(['GET /health', 'GET /health']);
  expect(seen.filter((line) => line.includes(token) || line.includes(managementToken))).toEqual([]);
});

test('where others may use the folder of the socket there is none, and commands use the address', async () => {
  await using gateway = await start((runtime) => {
    for (const folder of [join(runtime, 'lmcp'), join(runtime, `lmcp-${process.getuid?.()}`)]) {
      mkdirSync(folder);
      chmodSync(folder, 0o770);
    }
  });
  expect(named(gateway).socket).toBe(null);
  expect(gateway.output).toContain('no Unix socket for lmcp commands, which use the port instead');
  expect(gateway.output).toContain('others may use ');
  expect(await runAll(gateway)).toEqual(allReached);
});

test('a gateway that cannot have its port leaves no run file and no socket', async () => {
  await using gateway = await TestGateway.prepare(registry);
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(gateway.port, '127.0.0.1', resolve));
  const runtime = join(gateway.folder, 'runtime');
  mkdirSync(runtime, { mode: 0o700 });
  const { code, stderr } = await runLmcp(gateway.folder, ['serve', '--registry', gateway.registryPath], {
    XDG_RUNTIME_DIR: runtime,
  });
  await new Promise((resolve) => other.close(resolve));
  expect([code, stderr.includes('another program has')]).toEqual([1, true]);
  expect([existsSync(runFile(gateway)), readdirSync(join(runtime, 'lmcp'))]).toEqual([false, []]);
});
