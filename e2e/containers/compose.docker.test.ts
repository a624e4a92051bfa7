import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, readFile, unlink, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withBlocks } from '../../gateway/reference/blocks.ts';
import type { Status } from '../../gateway/src/api/status.ts';
import { freePort, root } from '../harness/gateway.ts';
import { NpmRegistry } from '../harness/docker/npmRegistry.ts';
import { hardeningTable } from '../harness/docker/hardening.ts';
import { ComposeStack } from '../harness/docker/composeStack.ts';
import {
  containersOf,
  fixtureImage,
  realEngine,
  testInstance,
  type ToolText,
} from '../harness/docker/containers.ts';

const { docker } = realEngine();
const run = promisify(execFile);
const project = testInstance();
const commit = 'ab'.repeat(20);
let port: number;
let stack: ComposeStack;
let folder: string;
let token: string;

const compose = (...args: string[]): Promise<string> => stack.compose(...args);

const rpc: ComposeStack['rpc'] = (method, params) => stack.rpc(method, params);
const call: ComposeStack['call'] = (name, args) => stack.call(name, args);

beforeAll(async () => {
  port = await freePort();
  stack = await ComposeStack.up(project, port, { LMCP_CACHE_LIMIT: '64m', LMCP_COMMIT: commit });
  ({ folder, token } = stack);
}, 600_000);

afterAll(() => stack[Symbol.asyncDispose]());

describe('docker compose up in a fresh clone', () => {
  it('ends in an endpoint with a server behind it, and tells how to connect', async () => {
    expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200);
    // A first start that takes longer than the list waits comes with the next.
    await expect
      .poll(async () => JSON.stringify(await rpc('tools/list', {})), { timeout: 60_000 })
      .toContain('time__current_time');
    const logs = await compose('logs', 'gateway');
    expect(logs).not.toContain(token);
    const told = /docker (compose -p \S+ exec) (gateway lmcp connect vscode .*--print)/.exec(logs);
    const [, exec = '', rest = ''] = told ?? [];
    // From anywhere, and without a terminal here.
    const printed = await run('docker', [...exec.split(' '), '-T', ...rest.split(' ')], { cwd: tmpdir() });
    expect(printed.stdout).toContain(token);
  });

  it('warns of an engine that lets neighbours reach what is published on loopback', async () => {
    const { Version: version } = await docker.version();
    const isOld = Number(version.split('.')[0]) < 28;
    await expect
      .poll(async () => (await compose('logs', 'gateway')).includes('moby#45610'), { timeout: 10_000 })
      .toBe(isOld);
  });

  it('publishes on loopback only, and confines each of its parts', async () => {
    const services = ['gateway', 'guard', 'egress', 'sealer'];
    const parts = await Promise.all(
      services.map((service) => docker.getContainer(stack.idOf(service)).inspect()),
    );
    for (const { HostConfig: host, NetworkSettings: network, Name: name } of parts) {
      expect(host).toMatchObject({ ReadonlyRootfs: true, CapDrop: ['ALL'], Privileged: false });
      expect(host.SecurityOpt).toContain('no-new-privileges:true');
      const published = Object.values(network.Ports).flatMap(
        (bindings) => (bindings as { HostIp: string }[] | null) ?? [],
      );
      expect(published.every(({ HostIp: ip }) => ip === '127.0.0.1' || ip === '::1')).toBe(true);
      const socket = (host.Binds ?? []).some((bind) => bind.includes('docker.sock'));
      expect(socket).toBe(name.includes('guard'));
      expect(host.Memory).toBe(host.MemorySwap);
      expect(host.NanoCpus).toBeGreaterThan(0);
      expect(host.Ulimits?.map(({ Name: limit }) => limit).sort()).toEqual(['core', 'nofile']);
      const immutable = ((host.CapAdd ?? []) as string[]).some((capability) =>
        capability.includes('LINUX_IMMUTABLE'),
      );
      expect(immutable).toBe(name.includes('sealer'));
    }
  });

  it('keeps the guard without a network, on a socket of a group that only the gateway shares', async () => {
    const guard = docker.getContainer(stack.idOf('guard'));
    expect((await guard.inspect()).HostConfig.NetworkMode).toBe('none');
    const listening = (await compose('exec', '-T', 'guard', 'cat', '/proc/net/tcp', '/proc/net/tcp6'))
      .split('\n')
      .filter((line) => line.includes(':'));
    expect(listening).toEqual([]);
    const stat = ['stat', '-c', '%a %u %g', '/run/lmcp/guard.sock'];
    expect(await compose('exec', '-T', 'gateway', ...stat)).toBe('660 0 7345\n');
    expect(await compose('exec', '-T', 'gateway', 'id', '-G')).toBe('1000 7345\n');
    await expect(compose('exec', '-T', 'gateway', 'touch', '/run/lmcp/x')).rejects.toThrow(/Read-only/);
    await rpc('tools/call', { name: 'time__current_time', arguments: {} });
    const logs = await compose('logs', 'guard');
    for (const change of ['create', 'attach', 'start']) {
      expect(logs).toMatch(new RegExp(`engine guard: ${change} lmcp-${project}-time-.*: done`));
    }
  });

  it('runs a command in a container of its own, which sees neither registry, log, engine nor gateway', async () => {
    await rpc('tools/call', { name: 'time__current_time', arguments: {} });
    const [info] = await containersOf(project);
    const sibling = docker.getContainer(info!.Id);
    const { HostConfig: host, Config: config, Mounts: mounts } = await sibling.inspect();
    expect(host).toMatchObject({ ReadonlyRootfs: true, CapDrop: ['ALL'], NetworkMode: `${project}-servers` });
    expect(Number(config.User.split(':')[0])).toBeGreaterThanOrEqual(200_000);
    expect(mounts.map(({ Destination: at }) => at)).toEqual(['/cache']);
    const neighbours = await Promise.all(
      ['gateway', 'guard'].map(async (part) => {
        const { NetworkSettings: at } = await docker.getContainer(stack.idOf(part)).inspect();
        return Object.values(at.Networks).flatMap(({ IPAddress: address }) =>
          address === '' ? [] : [address],
        );
      }),
    );
    const targets = ['gateway', 'guard', 'host.docker.internal', ...neighbours.flat()];
    expect(targets).toHaveLength(4);
    const probe = `
      const { connect } = require('node:net');
      const tries = ${JSON.stringify(targets)}.flatMap((host) => [[host, ${port}], [host, 2375]]);
      Promise.all(tries.map(([host, port]) => new Promise((resolve) => {
        const socket = connect({ host, port, timeout: 2000 });
        socket.once('connect', () => resolve('connected'));
        socket.once('timeout', () => resolve('timeout'));
        socket.once('error', (error) => resolve(error.code));
      }))).then((all) => { console.log(all.join(' ')); process.exit(); });`;
    const { stdout } = await run('docker', ['exec', info!.Id, 'node', '-e', probe]);
    expect(stdout).not.toContain('connected');
    expect(stdout.trim().split(' ')).toHaveLength(8);
    const seen = await run('docker', ['exec', info!.Id, 'env']);
    expect(seen.stdout).not.toContain(token);
    expect(seen.stdout).not.toContain('DOCKER_HOST');
  });

  it('keeps the log append-only, also for root and for the gateway', async () => {
    const log = join(folder, 'logs/audit.log');
    const isSealed = async (): Promise<boolean> =>
      (await run('lsattr', [log])).stdout.split(' ')[0]!.includes('a');
    // A file system without the flag: then it must have been said.
    const isExplained = async (): Promise<boolean> =>
      (await compose('logs', 'sealer')).includes('not sealed');
    await expect.poll(async () => (await isSealed()) || (await isExplained())).toBe(true);
    const sealedState = async (): Promise<string> => {
      const response = await fetch(`http://127.0.0.1:${port}/status`);
      return ((await response.json()) as { status: Status }).status.audit.sealed?.state ?? 'absent';
    };
    const isWhole = await isSealed();
    await expect.poll(sealedState, { timeout: 15_000 }).toBe(isWhole ? 'all' : 'unsupported');
    const sealer = docker.getContainer(stack.idOf('sealer'));
    await expect
      .poll(async () => (await sealer.inspect()).State.Health?.Status, { timeout: 15_000 })
      .toBe('healthy');
    if (!(await isSealed())) return;
    await expect(writeFile(log, '')).rejects.toMatchObject({ code: 'EPERM' });
    await expect(unlink(log)).rejects.toMatchObject({ code: 'EPERM' });
    for (const attempt of [': > /lmcp/logs/audit.log', 'chattr -a /lmcp/logs/audit.log']) {
      await expect(compose('exec', '-T', 'gateway', 'sh', '-c', attempt)).rejects.toThrow('not permitted');
    }
  });

  it('takes servers with an image over a live edit, and rejects what the guard rejects', async () => {
    const path = join(folder, 'config/registry.yaml');
    const registry = await readFile(path, 'utf8');
    const more = `
  fixture:
    transport: stdio
    image: ${fixtureImage}
    pull: never
  snoop:
    transport: stdio
    image: ${fixtureImage}
    pull: never
    mounts: [{ source: /root, target: /m }]
  documented:
    transport: stdio
    command: docker
    args: [run, -i, --rm, --pull=never, --label, team, --ulimit, 'nofile=1024', --hostname, documented, -e, A, ${fixtureImage}]
    env: { A: b }
  bridged:
    transport: stdio
    image: ${fixtureImage}
    pull: never
    network: bridge
`;
    await writeFile(
      path,
      registry.replace(
        /allow_servers: \["time"\]/,
        'allow_servers: ["time", "fixture", "snoop", "documented", "bridged"]',
      ) + more,
    );
    await expect
      .poll(async () => JSON.stringify(await rpc('tools/list', {})), { timeout: 30_000 })
      .toContain('fixture__echo');
    expect((await call('fixture__echo', { text: 'hello' })).text).toBe('hello');
    expect((await call('fixture__connect', { host: '1.1.1.1', port: 53 })).isError).toBe(true);
    await expect(call('snoop__echo', { text: 'x' })).rejects.toThrow('engine guard does not allow');
    await expect.poll(() => compose('logs', 'guard')).toContain('is under no root');
    const told = await run(
      'docker',
      ['compose', '-p', project, 'exec', '-T', 'gateway', 'lmcp', 'validate'],
      {
        cwd: folder,
        env: { ...process.env, PWD: folder, LMCP_PORT: String(port) },
      },
    );
    expect(told.stderr).toContain('the engine guard does not allow /root');
    expect(told.stderr.match(/engine guard does not allow/g)).toHaveLength(1);
  });

  it('runs documented docker run entries, and network: bridge, on the network of the stack’s servers', async () => {
    for (const server of ['documented', 'bridged']) {
      expect((await call(`${server}__echo`, { text: 'hello' })).text).toBe('hello');
      const found = await containersOf(project);
      const { Id: id } = found.find(({ Labels: labels }) => labels['lmcp.server'] === server)!;
      const { HostConfig: host, Config: config } = await docker.getContainer(id).inspect();
      expect(host.NetworkMode).toBe(`${project}-servers`);
      const files = { Name: 'nofile', Soft: 1_024, Hard: 1_024 };
      if (server === 'documented') expect(host.Ulimits).toContainEqual(files);
      if (server === 'documented') expect(config.Hostname).toBe('documented');
    }
  });

  it('connects a server to what its egress: names through the proxy, and to nothing else', async () => {
    const network = `${project}_egress`;
    const listener = `require('node:http').createServer((q, s) => s.end('reached ' + q.headers.host)).listen(8080);
      require('node:http').createServer((q, s) => s.end('not meant')).listen(8081)`;
    const target = await docker.createContainer({
      name: `target-${project}`,
      Image: fixtureImage,
      Entrypoint: ['node', '-e', listener],
      HostConfig: { NetworkMode: network, AutoRemove: true },
    });
    await target.start();
    try {
      const at = (await target.inspect()).NetworkSettings.Networks[network]?.IPAddress ?? '';
      const path = join(folder, 'config/registry.yaml');
      const registry = await readFile(path, 'utf8');
      const more = `
  outgoing:
    transport: stdio
    image: ${fixtureImage}
    pull: never
    egress: ['${at}:8080', 'intranet.example.com:8080', 'target-${project}:8080']
`;
      await writeFile(path, registry.replace('"bridged"]', '"bridged", "outgoing"]') + more);
      const fetched = async (url: string): Promise<ToolText> => call('outgoing__fetch', { url });
      await expect
        .poll(async () => JSON.stringify(await rpc('tools/list', {})), { timeout: 30_000 })
        .toContain('outgoing__fetch');
      expect(await fetched(`http://${at}:8080/`)).toEqual({ text: `200 reached ${at}:8080`, isError: false });
      expect((await fetched(`http://target-${project}:8080/`)).text).toContain('200 reached');
      expect((await fetched(`http://${at}:8081/`)).isError).toBe(true);
      expect((await fetched('http://169.254.169.254:80/')).isError).toBe(true);
      // Past the proxy there is no way, and no name.
      for (const host of [at, '1.1.1.1', 'gateway', 'guard', `target-${project}`]) {
        expect((await call('outgoing__connect', { host, port: 8080 })).isError).toBe(true);
      }
      expect((await call('outgoing__resolve', { name: 'example.com' })).isError).toBe(true);
      const [own] = (await containersOf(project)).filter(
        ({ Labels: labels }) => labels['lmcp.server'] === 'outgoing',
      );
      const { HostConfig: host } = await docker.getContainer(own!.Id).inspect();
      expect(host.NetworkMode).toBe(`lmcp-egress-${project}.outgoing`);
      const inside = await docker.getNetwork(host.NetworkMode ?? '').inspect();
      expect(inside.Internal).toBe(true);
      // What the host listens on at all its addresses is not reached at the one of the bridge either.
      await using onHost = createServer((socket) => socket.end()).listen(0, '0.0.0.0');
      await once(onHost, 'listening');
      const { port: hostPort } = onHost.address() as AddressInfo;
      const bridge = inside.IPAM?.Config?.[0]?.Gateway;
      expect(bridge).toMatch(/^\d/);
      expect((await call('outgoing__connect', { host: bridge, port: hostPort })).isError).toBe(true);
      const outside = await docker.getNetwork(network).inspect();
      // At the bridge of a network with a way out the host answers: the probe would have found it.
      const probe = connect({ host: outside.IPAM?.Config?.[0]?.Gateway ?? '', port: hostPort });
      await once(probe, 'connect');
      probe.destroy();
      const denied = (await readFile(join(folder, 'logs/audit.log'), 'utf8'))
        .split('\n')
        .filter((line) => line.includes('"egress_denied"'))
        .map((line) => JSON.parse(line) as { server_id: string; reason: string; detail: object });
      expect(denied.map(({ server_id: server, reason, detail }) => [server, reason, detail])).toEqual([
        ['outgoing', 'egress_not_allowed', { host: at, port: 8081 }],
        ['outgoing', 'egress_not_allowed', { host: '169.254.169.254', port: 80 }],
      ]);
    } finally {
      await target.remove({ force: true, v: true });
    }
  });

  it('logs what the egress proxy denies by itself, beside the server where it is known', async () => {
    await call('outgoing__echo', { text: 'x' });
    const [own] = (await containersOf(project)).filter(
      ({ Labels: labels }) => labels['lmcp.server'] === 'outgoing',
    );
    // With its token, without one, bytes that are no request, and more connections than the proxy accepts.
    const script = `
      const { connect } = require('node:net');
      const { hostname, port, username, password } = new URL(process.env.HTTP_PROXY);
      const open = () => new Promise((resolve) => {
        const socket = connect({ host: hostname, port: Number(port) });
        socket.once('connect', () => resolve(socket)).on('error', () => resolve(socket));
      });
      const send = async (text) => {
        const socket = await open();
        let answer = '';
        socket.on('data', (data) => (answer += data));
        const closed = new Promise((resolve) => socket.on('close', resolve));
        socket.write(text + '\\r\\n\\r\\n');
        await closed;
        return answer.split(' ')[1];
      };
      const token = Buffer.from(username + ':' + password).toString('base64');
      (async () => {
        const without = await send('CONNECT a.example:443 HTTP/1.1\\r\\nHost: a');
        const malformed = await send('CONNECT a.example HTTP/1.1\\r\\nProxy-Authorization: Basic ' + token);
        const noise = await send('noise');
        const many = await Promise.all(Array.from({ length: 520 }, open));
        await Promise.race(many.map((socket) => new Promise((resolve) => socket.resume().on('close', resolve))));
        console.log([without, malformed, noise].join(' '));
        process.exit();
      })();`;
    const { stdout } = await run('docker', ['exec', own!.Id, 'node', '-e', script]);
    expect(stdout.trim()).toBe('407 400 400');
    const denied = async (): Promise<[string | null, string, unknown][]> =>
      (await readFile(join(folder, 'logs/audit.log'), 'utf8'))
        .split('\n')
        .filter((line) => line.includes('"egress_denied"'))
        .map(
          (line) => JSON.parse(line) as { server_id: string | null; reason: string; detail: object | null },
        )
        .map(({ server_id: server, reason, detail }) => [server, reason, detail]);
    await expect.poll(denied).toEqual(
      expect.arrayContaining([
        [null, 'egress_no_credentials', { host: 'a.example', port: 443 }],
        ['outgoing', 'egress_malformed', null],
        [null, 'egress_malformed', null],
        [null, 'egress_too_many_connections', null],
      ]),
    );
    expect((await call('outgoing__echo', { text: 'still' })).text).toBe('still');
  });

  it('starts an npx server without a network, from a cache that was filled once', async () => {
    await using npm = await NpmRegistry.serve('tiny-mcp', join(root, 'docker/fixture/server.mjs'));
    const path = join(folder, 'config/registry.yaml');
    const registry = await readFile(path, 'utf8');
    const more = `
  offline:
    transport: stdio
    command: npx
    args: [-y, tiny-mcp]
    network: none
    env: { npm_config_registry: 'http://host.docker.internal:${npm.port}' }
`;
    await writeFile(path, registry.replace('"outgoing"]', '"outgoing", "offline"]') + more);
    await expect
      .poll(async () => JSON.stringify(await rpc('tools/list', {})), { timeout: 60_000 })
      .toContain('offline__echo');
    expect(npm.asked.some((url) => url.endsWith('.tgz'))).toBe(true);
    const reach = { host: 'host.docker.internal', port: npm.port };
    expect((await call('offline__connect', reach)).isError).toBe(true);
    npm.asked.length = 0;
    await compose('restart', 'gateway');
    await expect
      .poll(async () => call('offline__echo', { text: 'again' }).catch(String), { timeout: 60_000 })
      .toEqual({ text: 'again', isError: false });
    expect(npm.asked).toEqual([]);
  });

  it('stops a server whose cache exceeds LMCP_CACHE_LIMIT, and starts it again once the cache is removed', async () => {
    const path = join(folder, 'config/registry.yaml');
    const registry = await readFile(path, 'utf8');
    const fillAndServe =
      'head -c 80M /dev/zero > /cache/full; exec node /opt/lmcp/gateway/builtin/time-server.mjs';
    const more = `
  stuffed:
    transport: stdio
    command: sh
    args: [-c, '${fillAndServe}']
`;
    await writeFile(path, registry.replace('"offline"]', '"offline", "stuffed"]') + more);
    const stuffed = (): Promise<ToolText | string> => call('stuffed__current_time').catch(String);
    await expect.poll(stuffed, { timeout: 60_000 }).toMatchObject({ isError: false });
    await expect.poll(stuffed, { timeout: 60_000 }).toMatch(/cache has 8\d MiB, and one may have 64 MiB/);
    const log = await readFile(join(folder, 'logs/audit.log'), 'utf8');
    const stopped = log.split('\n').filter((line) => line.includes('"disk_limit"'));
    expect(stopped.map((line) => (JSON.parse(line) as { server_id: string }).server_id)).toContain('stuffed');
    const cache = `lmcp-cache-${project}.stuffed.own`;
    const prune = ['exec', '-T', 'gateway', 'lmcp', 'containers', 'prune', 'stuffed'];
    await expect.poll(() => compose(...prune).catch(String), { timeout: 60_000 }).toBe(`removed ${cache}\n`);
    expect(await stuffed()).toMatchObject({ isError: false });
  });

  it('confines each kind of container as the documentation says', async () => {
    const kinds = {
      'image:': 'fixture',
      'docker run': 'documented',
      'command:': 'time',
      'egress:': 'outgoing',
    };
    await call('time__current_time');
    for (const server of ['fixture', 'documented', 'outgoing']) await call(`${server}__echo`, { text: 'x' });
    const running = await containersOf(project);
    const servers = Object.entries(kinds).map(([kind, server]) => {
      const found = running.find(({ Labels: labels }) => labels['lmcp.server'] === server);
      return [kind, found?.Id ?? ''] as const;
    });
    const parts = ['gateway', 'guard', 'egress', 'sealer'].map((part) => [part, stack.idOf(part)] as const);
    const inspected = [...parts, ...servers].map(
      async ([kind, id]) => [kind, await docker.getContainer(id).inspect()] as const,
    );
    const text = hardeningTable(Object.fromEntries(await Promise.all(inspected)), project);
    const path = join(root, 'docs/containers.md');
    const page = await readFile(path, 'utf8');
    const current = withBlocks(page, { hardening: text }, ['engines']);
    if (process.env['LMCP_WRITE_DOCS'] === '1') await writeFile(path, current);
    expect(current, 'run this test with LMCP_WRITE_DOCS=1').toBe(page);
  });

  it('runs the new code after an update', async () => {
    const imageOf = async (): Promise<string> =>
      (await docker.getContainer(`${project}-gateway-1`).inspect()).Image;
    const before = await imageOf();
    await compose('up', '--detach', '--wait');
    expect(await imageOf()).toBe(before);
    await appendFile(join(folder, 'docker/healthcheck.mjs'), '// newer\n');
    await compose('up', '--detach', '--wait');
    expect(await imageOf()).not.toBe(before);
    expect((await call('time__current_time')).isError).toBe(false);
  });

  it('labels its image with the commit that it was told, which warns of no other code', async () => {
    const { Image: image } = await docker.getContainer(`${project}-gateway-1`).inspect();
    const { Labels: labels } = (await docker.getImage(image).inspect()).Config;
    expect(labels['org.opencontainers.image.revision']).toBe(commit);
    expect(await compose('logs', 'prepare')).not.toContain('was built from other code');
  });

  it('names project, installation and image after the folder, so that two clones are two', async () => {
    const { stdout } = await run('docker', ['compose', 'config', '--format', 'json'], { cwd: folder });
    const { name, services } = JSON.parse(stdout) as {
      name: string;
      services: Record<string, { image: string; environment?: Record<string, string> }>;
    };
    expect(name).toBe(basename(folder).toLowerCase());
    for (const service of ['gateway', 'guard']) {
      expect(services[service]?.environment?.['LMCP_INSTALLATION']).toBe(name);
    }
    expect(new Set(Object.values(services).map(({ image }) => image))).toEqual(new Set([`${name}:local`]));
  });

  it('removes the caches of servers that are gone, and leaves one that is used', async () => {
    const cache = `lmcp-cache-${project}.gone`;
    await docker.createVolume({ Name: cache });
    await rpc('tools/call', { name: 'time__current_time', arguments: {} });
    const prune = (...more: string[]): Promise<string> =>
      compose('exec', '-T', 'gateway', 'lmcp', 'containers', 'prune', ...more);
    expect(await prune()).toBe(`removed ${cache}\n`);
    await expect(prune('--all')).rejects.toThrow(`lmcp-cache-${project}.time.own stays`);
    await expect(prune('time')).rejects.toThrow(`lmcp-cache-${project}.time.own stays`);
    await docker.createVolume({ Name: `${cache}.own` });
    expect(await prune('gone')).toBe(`removed ${cache}.own\n`);
    const [sibling] = await containersOf(project);
    const { Labels: labels } = (await docker.getContainer(sibling!.Id).inspect()).Config;
    expect(labels['com.docker.compose.project']).toBe('');
  });

  it('leaves no container behind when it stops, nor after it was killed and started again', async () => {
    expect((await containersOf(project)).length).toBeGreaterThan(0);
    await compose('kill', '--signal', 'SIGKILL', 'gateway');
    await compose('up', '--detach', '--wait');
    await expect.poll(() => containersOf(project), { timeout: 20_000 }).toEqual([]);
    await rpc('tools/call', { name: 'time__current_time', arguments: {} });
    expect(await containersOf(project)).toHaveLength(1);
    await compose('stop', 'gateway');
    expect(await containersOf(project)).toEqual([]);
    await compose('stop', 'guard');
    expect(await docker.listNetworks({ filters: { name: [`lmcp-egress-${project}.`] } })).toEqual([]);
  });
});
