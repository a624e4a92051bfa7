import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { root } from '../harness/gateway.ts';

interface Mount {
  readonly source: string;
  readonly target: string;
  readonly bind?: { readonly selinux?: string };
}

interface Service {
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes: readonly Mount[];
  readonly ports?: readonly { readonly host_ip: string; readonly published: string }[];
  readonly [key: string]: unknown;
}

/** The parts as Compose reads them, with such variables in `.env`. */
function services(variables: Readonly<Record<string, string>> = {}): ReadonlyMap<string, Service> {
  const text = execFileSync('docker', ['compose', '-p', 'stack', 'config', '--format', 'json'], {
    cwd: root,
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', PWD: root, ...variables },
    encoding: 'utf8',
  });
  return new Map(Object.entries((JSON.parse(text) as { services: Record<string, Service> }).services));
}

const at = (service: Service | undefined, target: string): Mount | undefined =>
  service?.volumes.find((mount) => mount.target === target);

it('confines each part, the one that prepares the start included', () => {
  const all = services();
  expect([...all.keys()].sort()).toEqual(['egress', 'gateway', 'guard', 'prepare', 'sealer']);
  for (const [name, service] of all) {
    expect([name, service]).toMatchObject([
      name,
      {
        read_only: true,
        cap_drop: ['ALL'],
        cgroup: 'private',
        // So it prints a limit of 0.
        ulimits: { core: {}, nofile: 16_384 },
        memswap_limit: service['mem_limit'],
      },
    ]);
    expect(service['security_opt']).toContain('no-new-privileges:true');
    for (const limit of ['mem_limit', 'cpus', 'pids_limit'])
      expect(Number(service[limit])).toBeGreaterThan(0);
  }
});

it('builds at each start, and pulls nothing that no registry has', () => {
  const policies = [...services()].map(([name, { pull_policy: policy }]) => [name, policy]);
  expect(Object.fromEntries(policies)).toEqual({
    prepare: 'build',
    ...{ egress: 'never', gateway: 'never', guard: 'never', sealer: 'never' },
  });
});

it('keeps configuration and log in the folders that are named, which the guard never mounts', () => {
  const all = services({ LMCP_CONFIG_DIR: '/srv/lmcp/config', LMCP_LOGS_DIR: '/var/log/lmcp' });
  for (const name of ['prepare', 'gateway']) {
    expect(at(all.get(name), '/lmcp/config')?.source).toBe('/srv/lmcp/config');
    expect(at(all.get(name), '/lmcp/logs')?.source).toBe('/var/log/lmcp');
  }
  expect(at(all.get('sealer'), '/lmcp/logs')?.source).toBe('/var/log/lmcp');
  expect(all.get('guard')?.environment?.['LMCP_GUARD_FORBIDDEN']).toBe('/srv/lmcp/config:/var/log/lmcp');
});

it('labels its folders for SELinux, and lets the guard use the engine’s socket, only where that is said', () => {
  const labels = (all: ReadonlyMap<string, Service>): unknown[] =>
    [...all.values()].flatMap(({ volumes }) =>
      volumes.filter(({ target }) => /^\/lmcp\/(config|logs)$/.test(target)).map(({ bind }) => bind?.selinux),
    );
  const plain = services();
  expect(new Set(labels(plain))).toEqual(new Set([undefined]));
  const label = 'label=type:container_runtime_t';
  const labelled = services({ LMCP_MOUNT_LABEL: ':z', LMCP_GUARD_LABEL: label });
  expect(labels(labelled)).toEqual(['z', 'z', 'z', 'z', 'z']);
  expect(labelled.get('guard')?.['security_opt']).toEqual(['no-new-privileges:true', label]);
});

it('runs the parts, not the servers, in the user namespace of the host where that is said', () => {
  const modes = (variables?: Record<string, string>): Set<unknown> =>
    new Set([...services(variables).values()].map(({ userns_mode: mode }) => mode));
  expect(modes()).toEqual(new Set([undefined]));
  expect(modes({ LMCP_USERNS_MODE: 'host' })).toEqual(new Set(['host']));
});

it('names its project in the commands that it prints', () => {
  const { environment } = services().get('gateway') ?? {};
  expect(environment?.['LMCP_COMMAND']).toBe('docker compose -p stack exec gateway lmcp');
});

it('publishes one port on both addresses of loopback, and tells the command line of it', () => {
  const { ports, environment } = services({ LMCP_PORT: '18301' }).get('gateway') ?? {};
  expect(ports?.map(({ host_ip: ip, published }) => `${ip} ${published}`)).toEqual([
    '127.0.0.1 18301',
    '::1 18301',
  ]);
  expect(environment?.['LMCP_PORT']).toBe('18301');
  const other = services({ LMCP_SECOND_ADDRESS: '127.0.0.2' }).get('gateway');
  expect(other?.ports?.map(({ host_ip: ip }) => ip)).toEqual(['127.0.0.1', '127.0.0.2']);
});
