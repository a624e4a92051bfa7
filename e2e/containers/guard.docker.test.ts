import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import http from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GuardRules } from '../../gateway/src/registry/container/guardRules/rules.ts';
import { startGuard, type Guard } from '../../gateway/src/guard/startGuard.ts';
import type { ContainerDraft } from '../../gateway/src/registry/container/spec.ts';
import { createRequest } from '../../gateway/src/upstream/container/docker/createRequest.ts';
import { DockerEngine } from '../../gateway/src/upstream/container/docker/engine/dockerEngine.ts';
import {
  containerServer,
  containersOf,
  fixtureImage,
  guardRules,
  realEngine,
  type RunningServer,
  runServer,
  sweepInstance,
  testInstance,
} from '../harness/docker/containers.ts';

const { docker, address } = realEngine();
const instance = testInstance();
const denials: string[] = [];
let folder: string;
let guard: Guard;
let engine: DockerEngine;
let socketPath: string;

const rules = (): GuardRules => ({
  ...guardRules(instance),
  readOnlyRoots: [join(folder, 'readable')],
  writableRoots: [join(folder, 'writable')],
  volumes: [`disguised-${instance}`, `plain-${instance}`],
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lmcp-guard-'));
  for (const name of ['readable', 'writable', 'elsewhere']) await mkdir(join(folder, name));
  await writeFile(join(folder, 'readable', 'a.txt'), 'hello');
  socketPath = join(folder, 'guard.sock');
  const note = (message: string): void => void denials.push(message);
  const logger = { info: note, warn: note, error: note };
  guard = await startGuard({ engine: address, listen: { socketPath }, rules: rules(), logger });
  engine = new DockerEngine({ socketPath });
});

afterAll(async () => {
  await sweepInstance(new DockerEngine(address), instance);
  await guard.close();
  await rm(folder, { recursive: true });
});

const run = (draft: Partial<ContainerDraft> = {}): Promise<RunningServer> =>
  runServer(containerServer(draft), { engine, instance, seesHost: false });

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Straight at the guard, as somebody who took over the gateway would. */
function ask(method: string, path: string, body?: unknown): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
    const headers = {
      Host: 'docker',
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(text),
    };
    const request = http.request({ socketPath, method, path, agent: false, headers }, (response) => {
      let answer = '';
      response.on('data', (chunk: Buffer) => (answer += chunk.toString()));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text: answer }));
    });
    request.on('error', reject);
    request.end(text);
  });
}

const createPath = `/containers/create?name=lmcp-${instance}-probe`;

function body(
  draft: Partial<ContainerDraft> = {},
): Record<string, unknown> & { HostConfig: Record<string, unknown> } {
  const { spec } = containerServer(draft);
  const request = createRequest(spec, { user: '', volumes: [] }, { instance, server: 'fixture' });
  return JSON.parse(JSON.stringify(request)) as ReturnType<typeof body>;
}

describe('through the guard a server runs as without it', () => {
  it('of the machine it tells what the engine can hold containers to, and nothing else', async () => {
    const { status, text } = await ask('GET', '/info');
    expect([status, JSON.parse(text)]).toEqual([
      200,
      {
        MemoryLimit: true,
        PidsLimit: true,
        CpuCfsQuota: true,
        SwapLimit: expect.any(Boolean) as boolean,
        NCPU: expect.any(Number) as number,
        SecurityOptions: expect.any(Array) as string[],
      },
    ]);
  });

  it('of all volumes it tells the names and sizes of the installation’s caches', async () => {
    const names = [`lmcp-cache-${instance}.one`, `other-${instance}`];
    for (const name of names) await docker.createVolume({ Name: name });
    try {
      expect([...(await engine.volumeSizes(''))]).toEqual([[names[0], 0]]);
    } finally {
      for (const name of names) await docker.getVolume(name).remove();
    }
  });

  it('carries 5 MB each way and ten thousand messages in one burst, and ends in order', async () => {
    const server = await run();
    expect((await server.call('length', { text: '€'.repeat(1_700_000) })).text).toBe('5100000');
    expect((await server.call('big', { bytes: 5_000_000 })).text).toHaveLength(2_500_000);
    const answers = await Promise.all(
      Array.from({ length: 10_000 }, (_, i) => server.call('echo', { text: String(i) })),
    );
    expect(answers.every(({ text }, i) => text === String(i))).toBe(true);
    await server.channel.close();
    expect(await server.ended).toEqual({ expected: true, code: 0, signal: null });
    expect(await containersOf(instance)).toEqual([]);
  });

  it('tells of a memory hog and of a fork bomb', async () => {
    const hog = await run({ memory: 128 * 1024 ** 2 });
    await expect(hog.call('memory')).rejects.toThrow('128 MiB of memory');
    const bomb = await run({ pidsLimit: 40 });
    await bomb.call('forks');
    expect((await bomb.ended).error?.message).toContain('limit of 40 processes');
    await bomb.channel.close();
  });

  it('mounts what its roots allow, and follows no link out of them', async () => {
    const mount = (source: string, readOnly: boolean) =>
      run({ mounts: [{ type: 'bind', source, target: '/m', readOnly }] });
    const reader = await mount(join(folder, 'readable'), true);
    expect((await reader.call('read', { path: '/m/a.txt' })).text).toBe('hello');
    await reader.channel.close();
    await symlink('/etc', join(folder, 'readable', 'link'));
    await symlink(join(folder, 'elsewhere'), join(folder, 'readable', 'aside'));
    for (const [source, readOnly] of [
      [join(folder, 'readable', 'link'), true],
      [join(folder, 'readable', 'aside'), true],
      [join(folder, 'elsewhere'), true],
      [join(folder, 'readable'), false],
      [folder, true],
    ] as const) {
      await expect(mount(source, readOnly)).rejects.toThrow('engine guard does not allow');
    }
    expect(denials.some((line) => line.includes('is under no root'))).toBe(true);
  });

  it('says in the operator’s detail what the guard said', async () => {
    const error: unknown = await run({ network: 'host-like' }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ kind: 'start_failed' });
    expect((error as { operatorDetail: string }).operatorDetail).toContain('LMCP_GUARD_NETWORKS');
  });
});

it('removes a container that ignores the end of its input when it ends itself', async () => {
  const other = testInstance();
  const socket = join(folder, 'other.sock');
  const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const ending = await startGuard({
    engine: address,
    listen: { socketPath: socket },
    rules: { ...rules(), instance: other },
    logger: silent,
  });
  const direct = new DockerEngine({ socketPath: socket });
  const spec = containerServer({ entrypoint: ['sleep', '600'] }).spec;
  const id = await direct.create(
    `lmcp-${other}-deaf-1`,
    createRequest(spec, { user: '', volumes: [] }, { instance: other, server: 'deaf' }),
  );
  const attached = await direct.attach(id);
  attached.on('error', () => undefined);
  await direct.start(id);
  attached.destroy();
  expect((await docker.getContainer(id).inspect()).State.Running).toBe(true);
  await ending.close();
  await expect.poll(() => containersOf(other)).toEqual([]);
});

describe('straight at the guard', () => {
  it.each([
    ['Privileged', true],
    ['PidMode', 'host'],
    ['NetworkMode', 'host'],
    ['IpcMode', 'host'],
    ['UsernsMode', 'host'],
    ['Binds', ['/:/host']],
    ['Binds', ['/var/run/docker.sock:/s']],
    ['Devices', [{ PathOnHost: '/dev/vda', PathInContainer: '/dev/vda', CgroupPermissions: 'rwm' }]],
    ['CapAdd', ['SYS_ADMIN']],
    ['SecurityOpt', ['seccomp=unconfined']],
    ['VolumesFrom', ['any']],
    ['CgroupParent', '/'],
    ['PidsLimit', -1],
    ['Memory', 0],
    ['privileged', true],
  ])('no container with HostConfig.%s = %j', async (key, value) => {
    const hostile = body();
    hostile.HostConfig[key] = value;
    const answer = await ask('POST', createPath, hostile);
    expect(answer.status).toBe(403);
    expect(answer.text).toContain(key);
    expect(await containersOf(instance)).toEqual([]);
  });

  it.each(['/', '/etc', '/proc', '/sys', '/var/run/docker.sock', '/dev', '/root'])(
    'no mount of %s',
    async (source) => {
      const answer = await ask(
        'POST',
        createPath,
        body({ mounts: [{ type: 'bind', source, target: '/m', readOnly: true }] }),
      );
      expect(answer.status).toBe(403);
    },
  );

  it('no second HostConfig behind the first, and none in another case', async () => {
    const text = JSON.stringify(body());
    const doubled = text.replace(/}$/, ',"hostconfig":{"Privileged":true}}');
    expect((await ask('POST', createPath, doubled)).status).toBe(403);
    const last = text.replace(/}$/, ',"HostConfig":{"Privileged":true}}');
    expect((await ask('POST', createPath, last)).status).toBe(403);
    expect((await ask('POST', createPath, '{')).status).toBe(403);
    expect((await ask('POST', createPath, `"${'x'.repeat(2 * 1024 ** 2)}"`)).status).toBe(413);
  });

  it.each([
    ['GET', '/system/df'],
    ['GET', '/images/json'],
    ['GET', '/volumes/notes'],
    ['POST', '/build'],
    ['POST', '/volumes/create'],
    ['POST', '/containers/prune'],
    ['POST', '/images/create?fromImage=busybox'],
  ])('none of the engine’s other calls: %s %s', async (method, path) => {
    expect((await ask(method, path)).status).toBe(403);
  });

  it('no look at, and no hand on, somebody else’s container, by id or by name', async () => {
    const name = `stranger-${instance}`;
    const stranger = await docker.createContainer({
      name,
      Image: fixtureImage,
      OpenStdin: true,
      Labels: { 'lmcp.instance': instance },
    });
    try {
      await stranger.start();
      for (const id of [stranger.id, stranger.id.slice(0, 12), name]) {
        for (const [method, path] of [
          ['GET', `/containers/${id}/stats`],
          ['POST', `/containers/${id}/start`],
          ['POST', `/containers/${id}/stop`],
          ['DELETE', `/containers/${id}`],
        ] as const) {
          expect((await ask(method, path)).status).toBe(404);
        }
        await expect(engine.attach(id)).rejects.toThrow('404');
      }
      expect((await stranger.inspect()).State.Running).toBe(true);
    } finally {
      await stranger.remove({ force: true, v: true });
    }
  });

  it('sees no container of others in the list, whatever filter it asks for', async () => {
    const other = testInstance();
    const theirs = await runServer(containerServer({}), {
      engine: new DockerEngine(address),
      instance: other,
    });
    try {
      const filters = encodeURIComponent(JSON.stringify({ label: [`lmcp.instance=${other}`] }));
      expect(JSON.parse((await ask('GET', `/containers/json?all=1&filters=${filters}`)).text)).toEqual([]);
    } finally {
      await theirs.channel.close();
    }
  });

  it('runs no more containers than its rules allow', async () => {
    const servers = await Promise.all([run(), run(), run(), run()]);
    await expect(run()).rejects.toThrow('at a limit of the engine guard');
    await Promise.all(servers.map(({ channel }) => channel.close()));
  });

  it('runs no more containers than its rules allow, however many are requested concurrently', async () => {
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, i) => ask('POST', `${createPath}-${i}`, body())),
    );
    const made = answers.filter(({ status }) => status === 201);
    await sweepInstance(engine, instance);
    expect(made).toHaveLength(4);
    expect((await ask('POST', `${createPath}-after`, body())).status).toBe(201);
    await sweepInstance(engine, instance);
  });

  it('no volume that is a folder of the host in disguise', async () => {
    const disguised = `disguised-${instance}`;
    const plain = `plain-${instance}`;
    const mount = (source: string) =>
      ask('POST', createPath, body({ mounts: [{ type: 'volume', source, target: '/m', readOnly: true }] }));
    await docker.createVolume({
      Name: disguised,
      DriverOpts: { type: 'none', o: 'bind', device: join(folder, 'elsewhere') },
    });
    try {
      const answer = await mount(disguised);
      expect(answer.status).toBe(403);
      expect(answer.text).toContain('folder of the host');
      expect((await mount(plain)).status).toBe(201);
    } finally {
      await sweepInstance(engine, instance);
      await docker.getVolume(disguised).remove();
      await docker.getVolume(plain).remove();
    }
  });

  it('lists none that has the label, as an image can claim it, but not the name', async () => {
    const stranger = await docker.createContainer({
      name: `labelled-${instance}`,
      Image: fixtureImage,
      Labels: { 'lmcp.instance': instance },
    });
    try {
      expect(JSON.parse((await ask('GET', '/containers/json?all=1')).text)).toEqual([]);
    } finally {
      await stranger.remove({ force: true, v: true });
    }
  });

  it.each([
    ['POST', createPath],
    ['GET', '/containers/json'],
    ['POST', '/session'],
    ['POST', '/grpc'],
    ['POST', '/exec/0123456789ab/start'],
    ['GET', '/events'],
  ])('no upgrade of %s %s', async (method, path) => {
    const socket = connect(socketPath);
    socket.write(`${method} ${path} HTTP/1.1\r\nHost: docker\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n`);
    const chunks: Buffer[] = [];
    await new Promise((resolve) => socket.on('data', (chunk) => chunks.push(chunk)).on('close', resolve));
    expect(Buffer.concat(chunks).toString()).toMatch(/^HTTP\/1\.1 403 /);
  });

  it('odd bodies: nested deeply, in pieces, with a byte order mark, under a name of another prototype', async () => {
    const text = JSON.stringify(body());
    const nested = `${text.slice(0, -1)},"Cmd":${'['.repeat(200_000)}${']'.repeat(200_000)}}`;
    expect((await ask('POST', createPath, nested)).status).toBe(403);
    expect((await ask('POST', createPath, `\ufeff${text}`)).status).toBe(403);
    const proto = text.replace('"HostConfig":{', '"HostConfig":{"__proto__":{"Privileged":true},');
    expect((await ask('POST', createPath, proto)).status).toBe(403);
    const socket = connect(socketPath);
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.write(
      `POST ${createPath} HTTP/1.1\r\nHost: docker\r\nConnection: close\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`,
    );
    const hostile = text.replace('"Privileged":false', '"Privileged":true');
    for (const part of hostile.match(/.{1,97}/gs) ?? []) {
      socket.write(`${Buffer.byteLength(part).toString(16)}\r\n${part}\r\n`);
    }
    socket.write('0\r\n\r\n');
    await new Promise((resolve) => socket.on('close', resolve));
    expect(Buffer.concat(chunks).toString()).toContain('Privileged must be false');
    expect(await containersOf(instance)).toEqual([]);
  });

  it('survives whatever is not HTTP', async () => {
    const socket = connect(socketPath);
    socket.end('\0\0nonsense\r\n\r\n');
    await new Promise((resolve) => socket.on('close', resolve).resume());
    expect((await ask('GET', '/_ping')).text).toBe('OK');
  });
});
