import { execFileSync } from 'node:child_process';
import { mkdtemp, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UpstreamError } from '../../gateway/src/errors.ts';
import type { ContainerDraft } from '../../gateway/src/registry/container/spec.ts';
import { DockerEngine } from '../../gateway/src/upstream/container/docker/engine/dockerEngine.ts';
import { ownUser } from '../../gateway/src/upstream/container/ownUser.ts';
import { expectConfined } from '../harness/docker/confined.ts';
import {
  containerServer,
  containersOf,
  fixtureImage,
  realEngine,
  type RunningServer,
  runServer,
  sweepInstance,
  testInstance,
} from '../harness/docker/containers.ts';

const { engine, docker } = realEngine();
const instance = testInstance();
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lmcp-containers-'));
});

afterAll(async () => {
  await sweepInstance(engine, instance);
  await rm(folder, { recursive: true });
});

const run = (draft: Partial<ContainerDraft> = {}): Promise<RunningServer> =>
  runServer(containerServer(draft), { engine, instance, forbidden: [join(folder, 'config')] });

async function using<T>(
  draft: Partial<ContainerDraft>,
  act: (server: RunningServer) => Promise<T>,
): Promise<T> {
  const server = await run(draft);
  try {
    return await act(server);
  } finally {
    await server.channel.close();
  }
}

async function failure(started: Promise<unknown>): Promise<UpstreamError> {
  const error: unknown = await started.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof UpstreamError)) throw new Error(`not an UpstreamError: ${String(error)}`);
  return error;
}

describe('the stream', () => {
  it('carries 5 MB each way, ten thousand messages in one burst and characters of several bytes', async () => {
    await using({}, async (server) => {
      const text = '€'.repeat(1_700_000);
      expect((await server.call('length', { text })).text).toBe(String(5_100_000));
      expect((await server.call('big', { bytes: 5_000_000 })).text).toBe('é'.repeat(2_500_000));
      const answers = await Promise.all(
        Array.from({ length: 10_000 }, (_, i) => server.call('echo', { text: `ä${i}` })),
      );
      expect(answers.every(({ text: echoed }, i) => echoed === `ä${i}`)).toBe(true);
    });
  });

  it('keeps the end of a megabyte of stderr and is not held up by it', async () => {
    await using({}, async (server) => {
      await server.call('stderr', { bytes: 1_000_000 });
      expect((await server.call('echo', { text: 'still here' })).text).toBe('still here');
      await expect.poll(() => server.channel.stderrTail().endsWith('xend\n')).toBe(true);
      expect(server.channel.stderrTail().length).toBe(64 * 1024);
    });
  });

  it('ends the server by ending its input, and leaves nothing', async () => {
    const server = await run();
    expect((await server.call('echo', { text: 'a' })).text).toBe('a');
    await server.channel.close();
    expect(await server.ended).toEqual({ expected: true, code: 0, signal: null });
    expect(await containersOf(instance)).toEqual([]);
    await expect(server.channel.send('{}')).rejects.toBeInstanceOf(UpstreamError);
  });

  it('stops a server that does not listen', async () => {
    const deaf = "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)";
    const server = await run({ entrypoint: ['node'], args: ['-e', deaf] });
    await server.channel.close();
    expect((await server.ended).expected).toBe(true);
    expect(await containersOf(instance)).toEqual([]);
  });
});

describe('what goes wrong is named', () => {
  it('an image that is not there', async () => {
    const error = await failure(run({ image: 'lmcp-no-such-image:1' }));
    expect(error.kind).toBe('command_not_found');
    expect(error.message).toContain('its image is not on this machine');
    expect(error.operatorDetail).toContain('lmcp-no-such-image:1');
  });

  it('an image that can’t be fetched', async () => {
    const error = await failure(run({ image: '127.0.0.1:9/nothing:1', pull: 'missing' }));
    expect(error.kind).toBe('command_not_found');
    expect(error.message).toContain('can’t be fetched');
  });

  it('an engine that does not answer', async () => {
    const dead = new DockerEngine({ socketPath: join(folder, 'no.sock') });
    const error = await failure(runServer(containerServer({}), { engine: dead, instance }));
    expect(error.kind).toBe('unreachable');
    expect(error.message).toContain('container engine does not answer');
  });

  it('a network that does not exist', async () => {
    const error = await failure(run({ network: 'lmcp-no-such-network' }));
    expect(error.message).toContain('network');
    expect(await containersOf(instance)).toEqual([]);
  });

  it('a program that is not in the image', async () => {
    const server = await run({ entrypoint: ['no-such-program'] });
    const { error } = await server.ended;
    expect(error?.kind).toBe('command_not_found');
    expect(error?.message).toContain('127');
    expect(error?.operatorDetail).toContain('no-such-program');
  });

  it('an exit code', async () => {
    const server = await run();
    await expect(server.call('exit', { code: 3 })).rejects.toThrow('ended with exit code 3');
    expect(await server.ended).toMatchObject({ expected: false, code: 3 });
  });

  it('a memory hog, which is killed', async () => {
    const server = await run({ memory: 128 * 1024 ** 2 });
    await expect(server.call('memory')).rejects.toThrow('more than its 128 MiB of memory');
  });

  it('a fork bomb, which is held at its limit and stopped', async () => {
    const server = await run({ pidsLimit: 40 });
    const answer = await server.call('forks');
    expect(answer.text).toMatch(/^\d+ started, 5 rejected$/);
    const { error } = await server.ended;
    expect(error?.message).toContain('limit of 40 processes');
    await expect.poll(() => containersOf(instance), { timeout: 20_000 }).toEqual([]);
  });
});

describe('the confinement', () => {
  it('is visible on the container', async () => {
    await using({}, async () => {
      const [info] = await containersOf(instance);
      const { HostConfig: host, Config: config } = await docker.getContainer(info!.Id).inspect();
      expect(host).toMatchObject({
        CapDrop: ['ALL'],
        Privileged: false,
        ReadonlyRootfs: true,
        NetworkMode: 'none',
        SecurityOpt: ['no-new-privileges:true'],
        Memory: 512 * 1024 ** 2,
        MemorySwap: 512 * 1024 ** 2,
        PidsLimit: 256,
        CpuQuota: 200_000,
        PidMode: '',
        AutoRemove: true,
        Init: true,
        Binds: null,
      });
      expect(config.Labels['lmcp.instance']).toBe(instance);
      expect(config.User).toBe(ownUser({ instance, server: 'fixture' }, false));
    });
  });

  it('holds inside', async () => {
    await using({}, (server) => expectConfined(server, instance));
  });

  it('reaches nothing without a network', async () => {
    const { Gateway: host } = (
      (await docker.getNetwork('bridge').inspect()) as {
        IPAM: { Config: { Gateway: string }[] };
      }
    ).IPAM.Config[0]!;
    await using({}, async (server) => {
      for (const [target, port] of [
        [host, 22],
        ['127.0.0.1', 7345],
        [host, 7345],
        ['1.1.1.1', 53],
      ] as const) {
        expect((await server.call('connect', { host: target, port })).text).toMatch(
          /ENETUNREACH|ECONNREFUSED/,
        );
      }
      expect((await server.call('resolve', { name: 'example.com' })).isError).toBe(true);
    });
  });

  it('is not changed by what the image declares', async () => {
    await using({}, async (server) => {
      const [info] = await containersOf(instance);
      const { Mounts: mounts } = await docker.getContainer(info!.Id).inspect();
      expect(mounts.map(({ Type: type, Destination: at }) => [type, at])).toEqual([['tmpfs', '/declared']]);
      expect((await server.call('write', { path: '/declared/x' })).isError).toBe(false);
    });
  });

  it('passes the server’s own variables and none of the gateway’s', async () => {
    process.env['LMCP_TEST_SECRET'] = 'gateway-only';
    const env = new Map([['DECLARED', 'yes']]);
    const seen = await using({ env }, async (server) => (await server.call('env')).text);
    expect(JSON.parse(seen)).toMatchObject({ DECLARED: 'yes' });
    expect(seen).not.toContain('gateway-only');
  });

  it('mounts one folder read-only, and no other', async () => {
    const shared = join(folder, 'shared');
    await mkdir(shared, { recursive: true });
    await writeFile(join(shared, 'a.txt'), 'hello');
    const mounts = [{ type: 'bind', source: shared, target: '/files', readOnly: true }] as const;
    await using({ mounts }, async (server) => {
      expect((await server.call('read', { path: '/files/a.txt' })).text).toBe('hello');
      expect((await server.call('write', { path: '/files/b.txt' })).isError).toBe(true);
    });
  });

  it.each(['/etc', '/', '/proc', '/var/run/docker.sock'])('follows no link to %s', async (target) => {
    const link = join(folder, `link-${Math.random()}`);
    await symlink(target, link);
    const error = await failure(
      run({ mounts: [{ type: 'bind', source: link, target: '/m', readOnly: true }] }),
    );
    expect(error.message).toContain('may not be mounted');
    expect(error.message).not.toContain(folder);
  });

  it('mounts neither the gateway’s own folder nor one around it', async () => {
    const config = join(folder, 'config');
    await mkdir(config, { recursive: true });
    for (const source of [config, folder]) {
      const mounts = [{ type: 'bind', source, target: '/m', readOnly: true }] as const;
      expect((await failure(run({ mounts }))).operatorDetail).toContain('configuration or audit log');
    }
  });
});

describe('ownership', () => {
  it('a sweep removes what is this installation’s and nothing else', async () => {
    const other = testInstance();
    const ours = await run();
    const theirs = await runServer(containerServer({}), { engine, instance: other });
    try {
      expect(await sweepInstance(engine, instance)).toEqual(['fixture']);
      expect(await containersOf(instance)).toEqual([]);
      expect(await containersOf(other)).toHaveLength(1);
      expect((await ours.ended).expected).toBe(false);
      expect((await theirs.call('echo', { text: 'alive' })).text).toBe('alive');
    } finally {
      await theirs.channel.close();
    }
  });

  it('a cache of an earlier version becomes that of the server’s own user, once', async () => {
    const former = `lmcp-cache-${instance}.fixture`;
    const source = `${former}.own`;
    const mounts = [{ type: 'volume', source, target: '/cache', readOnly: false }] as const;
    const writer = (volume: string, script: string): string =>
      execFileSync(
        'docker',
        ['run', '--rm', '-v', `${volume}:/v`, '--entrypoint', 'sh', fixtureImage, '-c', script],
        {
          encoding: 'utf8',
        },
      );
    try {
      writer(
        former,
        'mkdir -p /v/_npx && echo kept >/v/_npx/a && ln -s /etc/passwd /v/link && chown -hR 1000 /v',
      );
      const both = { engine, instance };
      const server = (): Promise<RunningServer> =>
        runServer(containerServer({ mounts, ownUser: true }), both);
      const first = await server();
      expect((await first.call('read', { path: '/cache/_npx/a' })).text).toBe('kept\n');
      expect((await first.call('write', { path: '/cache/_npx/a' })).isError).toBe(false);
      await first.channel.close();
      const id = ownUser({ instance, server: 'fixture' }, false).split(':')[0] ?? '';
      expect(writer(source, `stat -c %u /v /v/_npx/a /v/link; stat -c %u /etc/passwd`)).toBe(
        `${id}\n${id}\n${id}\n0\n`,
      );
      expect(await engine.volumes(former)).toEqual([source]);
      writer(source, 'head -c 3000000 /dev/zero >/v/large');
      expect((await engine.volumeSizes(former)).get(source)).toBeGreaterThan(3_000_000);
    } finally {
      for (const name of await engine.volumes(former)) await engine.removeVolume(name);
    }
  });

  it('a container that only its image makes look like ours is left alone', async () => {
    const name = `stranger-${instance}`;
    const stranger = await docker.createContainer({
      name,
      Image: fixtureImage,
      Labels: { 'lmcp.instance': instance },
    });
    try {
      expect(await sweepInstance(engine, instance)).toEqual([]);
      expect((await stranger.inspect()).Name).toBe(`/${name}`);
    } finally {
      await stranger.remove({ force: true, v: true });
    }
  });
});
