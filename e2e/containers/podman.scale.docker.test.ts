import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ContainerDraft } from '../../gateway/src/registry/container/spec.ts';
import { startGuard } from '../../gateway/src/guard/startGuard.ts';
import { DockerEngine } from '../../gateway/src/upstream/container/docker/engine/dockerEngine.ts';
import { expectConfined } from '../harness/docker/confined.ts';
import {
  containerServer,
  fixtureImage,
  guardRules,
  type RunningServer,
  runServer,
  sweepInstance,
  testInstance,
} from '../harness/docker/containers.ts';
import { Podman } from '../harness/docker/podman.ts';
import { TestGateway } from '../harness/gateway.ts';
import { callerNamed, callTool } from '../harness/rpc.ts';

const instance = testInstance();
/** Podman's own limit of processes is one that only a machine's administrator may set. */
const processes = { name: 'nproc', soft: 4_096, hard: 4_096 };
let podman: Podman;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lmcp-on-podman-'));
  podman = await Podman.start();
  podman.load(fixtureImage);
});
afterAll(async () => {
  await sweepInstance(podman.engine, instance);
  await podman[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const run = (draft: Partial<ContainerDraft> = {}, engine = podman.engine): Promise<RunningServer> =>
  runServer(containerServer({ ulimits: [processes], ...draft }), { engine, instance });

it('carries messages of every size, and leaves nothing when its input ends', async () => {
  const server = await run();
  const text = '€'.repeat(1_700_000);
  expect((await server.call('length', { text })).text).toBe('5100000');
  expect((await server.call('big', { bytes: 5_000_000 })).text).toBe('é'.repeat(2_500_000));
  await server.channel.close();
  expect(await server.ended).toEqual({ expected: true, code: 0, signal: null });
  expect(await podman.engine.list(instance)).toEqual([]);
});

it('confines a server as Docker does', async () => {
  const server = await run();
  await expectConfined(server, instance);
  expect((await server.call('status')).text).toMatch(/Seccomp:\s2/);
  for (const path of ['/x', '/run/x', '/var/tmp/x'])
    expect((await server.call('write', { path })).isError).toBe(true);
  expect((await server.call('write', { path: '/declared/x' })).isError).toBe(false);
  await server.channel.close();
});

it('mounts a folder read-only', async () => {
  const source = join(folder, 'shared');
  await mkdir(source);
  await writeFile(join(source, 'a.txt'), 'hello');
  const server = await run({ mounts: [{ type: 'bind', source, target: '/files', readOnly: true }] });
  expect((await server.call('read', { path: '/files/a.txt' })).text).toBe('hello');
  expect((await server.call('write', { path: '/files/b.txt' })).isError).toBe(true);
  await server.channel.close();
});

it('tells how a server ended: by an exit code, at its limit of memory, of processes', async () => {
  const exits = await run();
  await expect(exits.call('exit', { code: 3 })).rejects.toThrow('ended with exit code 3');
  const hog = await run({ memory: 128 * 1024 ** 2 });
  // Podman does not tell that memory was the cause.
  await expect(hog.call('memory')).rejects.toThrow('ended with exit code 137');
  const bomb = await run({ pidsLimit: 40 });
  await bomb.call('forks');
  expect((await bomb.ended).error?.message).toContain('limit of 40 processes');
  await expect.poll(() => podman.engine.list(instance)).toEqual([]);
});

describe('a network of Podman', () => {
  // Addresses for documentation and benchmarks (RFC 2544), which no machine has.
  const gatewayAddress = '198.18.7.1';
  const reached = async (server: RunningServer, port: number): Promise<string> =>
    (await server.call('connect', { host: gatewayAddress, port })).text;

  it('connects a server to what is there, and one without a way out to nothing beyond it', async () => {
    podman.client('network', 'create', '--subnet', '198.18.7.0/24', 'lmcp-outer');
    podman.client('network', 'create', '--subnet', '198.18.8.0/24', '--internal', 'lmcp-lonely');
    const listener = createServer((socket) => socket.end()).listen(0, '0.0.0.0');
    try {
      await once(listener, 'listening');
      const { port } = listener.address() as AddressInfo;
      const [named, own, lonely] = [
        await run({ network: 'lmcp-outer' }),
        await run({ network: 'bridge' }),
        await run({ network: 'lmcp-lonely' }),
      ];
      expect(await reached(named, port)).toBe('connected');
      expect(await reached(own, port)).toBe('connected');
      expect(await reached(lonely, port)).toContain('ENETUNREACH');
      await Promise.all([named, own, lonely].map(({ channel }) => channel.close()));
    } finally {
      listener.close();
      podman.client('network', 'rm', '--force', 'lmcp-outer', 'lmcp-lonely');
    }
  });

  it('that does not exist, and egress, are denied by name', async () => {
    await expect(run({ network: 'lmcp-no-such-network' })).rejects.toThrow('correct servers.fixture.network');
    const egress = [{ host: 'api.example', port: 443 }];
    await expect(run({ egress })).rejects.toThrow('Podman can’t enforce servers.fixture.egress here');
    expect(await podman.engine.list(instance)).toEqual([]);
  });
});

it('is served by the engine guard, which lets a server run and nothing that is not confined', async () => {
  const socketPath = join(folder, 'guard.sock');
  const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const rules = guardRules(instance);
  const guard = await startGuard({
    engine: { socketPath: podman.socketPath },
    listen: { socketPath },
    rules,
    logger: quiet,
  });
  const engine = new DockerEngine({ socketPath });
  try {
    const server = await run({}, engine);
    expect((await server.call('echo', { text: 'guarded' })).text).toBe('guarded');
    await expect(server.call('exit', { code: 4 })).rejects.toThrow('ended with exit code 4');
    await expect(run({ network: 'podman' }, engine)).rejects.toMatchObject({ kind: 'start_failed' });
  } finally {
    await guard.close();
  }
});

it('runs the servers of a gateway, and a killed container fails no call that comes after it', async () => {
  const name = testInstance();
  const caller = callerNamed('tester');
  const args = ['run', '-i', '--rm', '--network=none', '--pull=never', '--ulimit=nproc=4096', fixtureImage];
  await using gateway = await TestGateway.start(
    {
      clients: { tester: { token: caller.token, allow_servers: ['run'] } },
      servers: { run: { transport: 'stdio', command: 'docker', args } },
    },
    { LMCP_INSTALLATION: name, DOCKER_HOST: `unix://${podman.socketPath}` },
  );
  const count = async (): Promise<unknown> =>
    ((await callTool(gateway, caller, 'run__count')).body.result?.['content'] as { text: string }[])[0]?.text;
  expect(await count()).toBe('1');
  expect(await count()).toBe('2');
  const [container] = await podman.engine.list(name);
  podman.client('kill', container?.id ?? '');
  await expect.poll(async () => (await podman.engine.list(name)).length).toBe(0);
  expect(await count()).toBe('1');
  expect(await gateway.stop()).toBe(0);
  expect(await podman.engine.list(name)).toEqual([]);
});
