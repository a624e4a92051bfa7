import http from 'node:http';
import type { Duplex } from 'node:stream';
import { expect, test } from 'vitest';
import { resolveSpec } from '../registry/container/spec.ts';
import { createRequest } from '../upstream/container/docker/createRequest.ts';
import { secret, testGuard, type Sent, type TestGuard } from './testing/testGuard.ts';
import { testRules } from '../registry/container/testing/testRules.ts';

const own = {
  Id: 'a'.repeat(64),
  Name: '/lmcp-home-fetch-1',
  Config: { Labels: { 'lmcp.instance': 'home' } },
};
const disguised = { Driver: 'local', Options: { type: 'none', o: 'bind', device: '/' } };
const limits = {
  MemoryLimit: true,
  PidsLimit: true,
  CpuCfsQuota: true,
  SwapLimit: true,
  NCPU: 2,
  SecurityOptions: ['name=seccomp'],
};

/** The test engine's answers by path. */
let has: Record<string, unknown>;
let asked: string[];
let versions: string[];
/** An engine that records its requests, behind the guard. */
function guarded(rules = testRules): Promise<TestGuard> {
  const security = ['name=seccomp,profile=/etc/x.json', 'name=rootless'];
  const info = { ...limits, SecurityOptions: security, HttpProxy: 'http://user:secret@proxy' };
  has = { '/version': { ApiVersion: '1.45' }, '/info': info };
  asked = [];
  versions = [];
  const engine: http.RequestListener = (request, response) => {
    const path = (request.url ?? '').replace(/^\/v1\.\d+/, '');
    asked.push(`${request.method} ${path}`);
    versions.push(...(/^\/v1\.\d+/.exec(request.url ?? '') ?? []));
    const known = has[path.split('?')[0] ?? ''];
    request.resume();
    response.writeHead(known === undefined ? 404 : 200).end(JSON.stringify(known ?? { message: 'no' }));
  };
  const upgrade = (request: http.IncomingMessage, socket: Duplex): void => {
    asked.push(`upgrade ${request.url}`);
    socket.end('HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n');
  };
  return testGuard(engine, { rules, upgrade });
}

const body = (mounts: Parameters<typeof resolveSpec>[0]['mounts'] = []): Record<string, unknown> => {
  const spec = resolveSpec({ image: 'x', mounts }, 'hardened');
  return { ...createRequest(spec, { user: '', volumes: [] }, { instance: 'home', server: 'fetch' }) };
};
const create = '/containers/create?name=lmcp-home-fetch-1';
const post = (given: unknown): Sent => ({
  method: 'POST',
  body: JSON.stringify(given),
  headers: { 'Content-Type': 'application/json' },
});

test('creates a hardened container exactly as checked, under the checked name', async () => {
  const { ask } = await guarded();
  has['/containers/json'] = [];
  has['/containers/create'] = { Id: 'x' };
  expect((await ask(`${create}&platform=linux/amd64&x=1`, post(body()))).status).toBe(200);
  expect(asked.at(-1)).toBe('POST /containers/create?name=lmcp-home-fetch-1&platform=linux%2Famd64');
});

test('does not forward denied requests, and escapes them in the log', async () => {
  const { ask, warnings } = await guarded();
  const denied = [
    await ask(create, post({ ...body(), '\u001b[2J\nlmcp: fine\u202e': 1 })),
    await ask('/containers/create?name=postgres', post(body())),
    await ask('/build', { method: 'POST' }),
    await ask(`/containers/${own.Id}/exec`, { method: 'POST' }),
    await ask(`/containers/${own.Id}/attach`, { method: 'POST' }),
  ];
  expect(denied.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403]);
  expect(asked).toEqual([]);
  expect(warnings).toHaveLength(5);
  for (const warning of warnings) expect(warning).not.toMatch(/[\p{Cc}\p{Cf}]/u);
});

test('rejects a body above 1 MiB before it is read completely', async () => {
  const { port, warnings } = await guarded();
  const headers = { 'x-lmcp-guard-secret': secret, 'Content-Type': 'application/json' };
  let denial = 0;
  let sent = 0;
  await new Promise<void>((resolve) => {
    const request = http.request(
      { host: '127.0.0.1', port, path: create, method: 'POST', headers },
      (response) => {
        denial = response.statusCode ?? 0;
        request.destroy();
      },
    );
    request.on('error', () => undefined);
    request.on('close', () => resolve());
    const more = (): void => {
      while (!request.destroyed && sent < 64 && request.write(Buffer.alloc(1024 ** 2, 0x20))) sent++;
      if (!request.destroyed && sent++ < 64) request.once('drain', more);
      else if (!request.destroyed) request.end();
    };
    more();
  });
  expect(denial).toBe(413);
  expect(warnings).toEqual([expect.stringContaining('larger than 1 MiB')]);
});

test('allows access only to its own containers, by label and name, and answers 404 for others', async () => {
  const { ask } = await guarded();
  const strangers = {
    labelled: { ...own, Name: '/postgres' },
    named: { ...own, Config: { Labels: { 'lmcp.instance': 'other' } } },
    bare: { ...own, Name: '/postgres', Config: { Labels: null } },
  };
  for (const [id, found] of Object.entries(strangers)) has[`/containers/${id}/json`] = found;
  has['/containers/own/json'] = own;
  has[`/containers/${own.Id}`] = {};
  for (const id of [...Object.keys(strangers), 'missing']) {
    const answer = await ask(`/containers/${id}`, { method: 'DELETE' });
    expect([answer.status, await answer.json()]).toEqual([404, { message: `No such container: ${id}` }]);
  }
  expect(asked.filter((one) => one.startsWith('DELETE'))).toEqual([]);
  expect((await ask('/containers/own', { method: 'DELETE' })).status).toBe(200);
  expect(asked.at(-1)).toBe(`DELETE /containers/${own.Id}?force=true&v=true`);
});

test('passes on only the enforceable limits of the engine’s report of its machine', async () => {
  const { ask } = await guarded();
  expect(await (await ask('/info')).json()).toEqual({
    ...limits,
    SecurityOptions: ['name=seccomp', 'name=rootless'],
  });
});

test.each(['MemoryLimit', 'PidsLimit'])('creates no container on an engine without %s', async (key) => {
  const { ask } = await guarded();
  has['/containers/json'] = [];
  has['/containers/create'] = { Id: 'x' };
  has['/info'] = { ...limits, [key]: false };
  const answer = await ask(create, post(body()));
  expect([answer.status, await answer.text()]).toEqual([
    403,
    expect.stringContaining('Docker can’t hold it to its limit'),
  ]);
  expect(asked.filter((one) => one.includes('create'))).toEqual([]);
});

test('creates no container with egress on an engine that can’t enforce it', async () => {
  const { ask } = await guarded();
  has['/containers/json'] = [];
  has['/containers/create'] = { Id: 'x' };
  has['/info'] = { ...limits, BuildahVersion: '1.28.2' };
  const egress = [{ host: 'api.example', port: 443 }];
  const spec = resolveSpec({ image: 'x', egress }, 'hardened');
  const wanted = createRequest(spec, { user: '', volumes: [] }, { instance: 'home', server: 'fetch' });
  const answer = await ask(create, post(wanted));
  expect([answer.status, await answer.text()]).toEqual([
    403,
    expect.stringContaining('Podman can’t enforce egress'),
  ]);
  expect(asked.filter((one) => one.startsWith('POST'))).toEqual([]);
});

test('denies a container more CPUs than the machine has, regardless of the rules', async () => {
  const statuses: number[] = [];
  for (const NCPU of [2, 1, undefined]) {
    const { ask } = await guarded({ ...testRules, maxCpus: undefined });
    has['/containers/json'] = [];
    has['/containers/create'] = { Id: 'x' };
    has['/info'] = { ...limits, NCPU };
    statuses.push((await ask(create, post(body()))).status);
  }
  expect(statuses).toEqual([200, 403, 403]);
});

test('limits the number of containers, also for concurrent requests', async () => {
  const { ask } = await guarded({ ...testRules, maxContainers: 2 });
  has['/containers/json'] = [own];
  has['/containers/create'] = { Id: 'x' };
  const statuses = Promise.all(
    [1, 2, 3].map(async () => {
      const { status } = await ask(create, post(body()));
      has['/containers/json'] = [own, own];
      return status;
    }),
  );
  expect((await statuses).sort()).toEqual([200, 429, 429]);
});

test('limits memory, processes and caches of all containers together', async () => {
  const labelled = (memory: number, processes: number) => ({
    ...own,
    Labels: { 'lmcp.memory': String(memory), 'lmcp.processes': String(processes) },
  });
  const asked512MiB = async (rules: Partial<typeof testRules>, list: object[]): Promise<string> => {
    const { ask } = await guarded({ ...testRules, ...rules });
    has['/info'] = { ...limits, MemTotal: 4 * 1024 ** 3 };
    has['/containers/json'] = list;
    has['/containers/create'] = { Id: 'x' };
    const answer = await ask(create, post(body()));
    return `${answer.status} ${await answer.text()}`;
  };
  const GiB = 1024 ** 3;
  expect(await asked512MiB({ totalMemory: GiB }, [labelled(GiB / 2, 8)])).toMatch(/^200/);
  expect(await asked512MiB({ totalMemory: GiB }, [labelled(GiB / 2 + 1, 8)])).toMatch(
    /^429 .*LMCP_GUARD_TOTAL_MEMORY/,
  );
  // The default is three quarters of the machine; a container without its label counts in full.
  expect(await asked512MiB({ totalMemory: undefined }, [labelled(2.5 * GiB, 8)])).toMatch(/^200/);
  expect(await asked512MiB({ totalMemory: undefined }, [labelled(2.6 * GiB, 8)])).toMatch(/^429/);
  expect(await asked512MiB({ totalMemory: 4 * GiB }, [own])).toMatch(/^429/);
  expect(await asked512MiB({ totalPids: 300 }, [labelled(1, 44)])).toMatch(/^200/);
  expect(await asked512MiB({ totalPids: 300 }, [labelled(1, 45)])).toMatch(/^429 .*LMCP_GUARD_TOTAL_PIDS/);
  const { ask } = await guarded({ ...testRules, totalVolumes: 1 });
  has['/containers/json'] = [];
  has['/containers/create'] = { Id: 'x' };
  const cached = body([{ type: 'volume', source: 'lmcp-cache-home.x', target: '/c', readOnly: false }]);
  has['/volumes'] = { Volumes: [] };
  expect((await ask(create, post(cached))).status).toBe(200);
  has['/volumes'] = { Volumes: [{}] };
  expect(await (await ask(create, post(cached))).text()).toContain('lmcp containers prune');
  has['/volumes'] = { Volumes: [{ Name: 'lmcp-cache-home.x' }] };
  expect((await ask(create, post(cached))).status).toBe(200);
});

test('denies a volume that is a bind mount of a host folder', async () => {
  const { ask } = await guarded();
  has['/containers/json'] = [];
  has['/containers/create'] = { Id: 'x' };
  has['/volumes/notes'] = disguised;
  const mount = body([{ type: 'volume', source: 'notes', target: '/n', readOnly: true }]);
  const answer = await ask(create, post(mount));
  expect([answer.status, await answer.text()]).toEqual([403, expect.stringContaining('folder of the host')]);
  expect(asked.filter((one) => one.startsWith('POST'))).toEqual([]);
});

test('lists and removes only the caches of the installation', async () => {
  const { ask, info } = await guarded();
  const cache = {
    Name: 'lmcp-cache-home.time',
    Mountpoint: '/var/lib/docker/volumes/x',
    Labels: { a: 'secret' },
  };
  has['/volumes'] = { Volumes: [cache, { ...cache, Name: 'my-lmcp-cache-home.time' }], Warnings: null };
  has['/volumes/lmcp-cache-home.time'] = {};
  expect(await (await ask('/volumes')).json()).toEqual({
    Volumes: [{ Name: 'lmcp-cache-home.time' }],
    Warnings: [],
  });
  expect((await ask('/volumes/lmcp-cache-home.time', { method: 'DELETE' })).status).toBe(200);
  expect((await ask('/volumes/notes', { method: 'DELETE' })).status).toBe(403);
  expect(asked.filter((one) => one.startsWith('DELETE'))).toEqual(['DELETE /volumes/lmcp-cache-home.time']);
  expect(info).toContainEqual('engine guard: remove volume lmcp-cache-home.time: done');
});

test('sends requests only in a supported API version', async () => {
  const { ask } = await guarded();
  has['/version'] = { ApiVersion: '1.99' };
  has['/containers/json'] = [];
  expect((await ask('/containers/json')).status).toBe(200);
  expect(versions).toEqual(['/v1.47']);
  const { ask: askOld } = await guarded();
  has['/version'] = { ApiVersion: '1.40' };
  expect((await askOld('/containers/json')).status).toBe(502);
  expect(asked).toEqual(['GET /version']);
});

test('removes the containers of its installation when it ends, and logs failures', async () => {
  const first = await guarded();
  has['/containers/json'] = [own, { ...own, Id: 'b'.repeat(64) }];
  has[`/containers/${own.Id}`] = {};
  await first.close();
  const list = asked.find((one) => one.startsWith('GET /containers/json')) ?? '';
  expect(decodeURIComponent(list)).toContain('{"label":["lmcp.instance=home"],"name":["^/lmcp-home-"]}');
  expect(asked.filter((one) => one.startsWith('DELETE'))).toHaveLength(2);
  expect(first.info).toHaveLength(2);
  expect(first.warnings).toEqual([]);
  const other = await guarded();
  has['/version'] = { ApiVersion: '1.40' };
  await other.close();
  expect(other.warnings).toEqual([expect.stringContaining('containers may be left behind')]);
});

test('upgrades only attach requests', async () => {
  const { port } = await guarded();
  has['/containers/own/json'] = own;
  const upgrade = (path: string): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      const headers = { Connection: 'Upgrade', Upgrade: 'tcp', 'x-lmcp-guard-secret': secret };
      const request = http.request({ host: '127.0.0.1', port, path, method: 'POST', headers });
      request.on('upgrade', (response, socket) => {
        socket.destroy();
        resolve(response.statusCode);
      });
      request.on('response', (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      request.on('error', reject);
      request.end();
    });
  expect(await upgrade('/session')).toBe(403);
  expect(await upgrade('/containers/own/start')).toBe(403);
  expect(await upgrade('/containers/own/attach?logs=1')).toBe(101);
  expect(asked.at(-1)).toMatch(new RegExp(`^upgrade /v1\\.45/containers/${own.Id}/attach\\?stream=1`));
  expect(asked.filter((one) => one.includes('start'))).toEqual([]);
});
