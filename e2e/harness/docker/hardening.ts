import type Docker from 'dockerode';
import { table } from '../../../gateway/reference/table.ts';

type Inspected = Docker.ContainerInspectInfo;

/** What a container is confined by, as the engine tells it; without what differs from machine to machine. */
const rows: readonly (readonly [string, (inspected: Inspected, project: string) => string])[] = [
  [
    'user',
    ({ Config: { User: user } }) =>
      Number(user.split(':')[0]) >= 20_000 ? 'its own, from 200000 up' : user || 'the image’s',
  ],
  [
    'capabilities',
    ({ HostConfig: { CapDrop, CapAdd } }) => [...list(CapDrop, '-'), ...list(CapAdd, '+')].join(' '),
  ],
  ['privileged', ({ HostConfig: { Privileged: privileged } }) => (privileged === true ? 'yes' : 'no')],
  [
    'security options',
    ({ HostConfig: { SecurityOpt: options } }) =>
      ((options ?? []) as string[]).filter((one) => !one.startsWith('label=')).join(', '),
  ],
  [
    'root file system',
    ({ HostConfig: { ReadonlyRootfs: isReadOnly } }) => (isReadOnly === true ? 'read-only' : 'writable'),
  ],
  [
    'networks',
    ({ NetworkSettings: { Networks: networks } }, project) =>
      Object.keys(networks)
        .map((name) => name.replace(project, 'lmcp'))
        .sort()
        .join(', '),
  ],
  [
    'names looked up by',
    ({ HostConfig: { Dns: dns } }) =>
      ((dns ?? []) as string[])[0] === '127.0.0.1' ? 'nobody' : 'the engine',
  ],
  ['memory, with swap', ({ HostConfig: { Memory, MemorySwap } }) => `${mib(Memory)}, ${mib(MemorySwap)}`],
  ['CPUs, at most', ({ HostConfig: host }) => String(host.NanoCpus ? host.NanoCpus / 1e9 : 2)],
  ['processes', ({ HostConfig: { PidsLimit: limit } }) => String(limit)],
  [
    'limits',
    ({ HostConfig: { Ulimits: limits } }) =>
      (limits ?? [])
        .map(({ Name, Hard }) => `${Name} ${Hard}`)
        .sort()
        .join(', '),
  ],
  [
    'tmpfs',
    ({ HostConfig: { Tmpfs: tmpfs } }) =>
      Object.entries((tmpfs ?? {}) as Record<string, string>)
        .map(([path, options]) => `${path} ${options}`)
        .join('; '),
  ],
  [
    'mounts',
    ({ Mounts: mounts }) =>
      mounts
        .map(
          ({ Destination, RW, Type }) =>
            `${Destination} ${Type === 'tmpfs' ? 'in memory' : RW ? 'rw' : 'ro'}`,
        )
        .sort()
        .join(', '),
  ],
  [
    'devices',
    ({ HostConfig: { Devices: devices } }) => ((devices ?? []) as unknown[]).map(String).join(', '),
  ],
  ['namespaces of the host', ({ HostConfig: host }) => namespaces(host)],
  [
    'log on disk',
    ({ HostConfig: { LogConfig: log } }) => {
      const options = (log?.Config ?? {}) as Readonly<Record<string, string>>;
      return log?.Type === 'none' ? 'none' : `${options['max-size']} × ${options['max-file']}`;
    },
  ],
  ['started again', ({ HostConfig: { RestartPolicy: policy } }) => policy?.Name ?? ''],
];

/** By kind: the table for docs/containers.md. */
export function hardeningTable(kinds: Readonly<Record<string, Inspected>>, project: string): string {
  return table(
    ['', ...Object.keys(kinds).map((kind) => `\`${kind}\``)],
    rows.map(([name, read]) => [name, ...Object.values(kinds).map((one) => shown(read(one, project)))]),
  );
}

function namespaces(host: Inspected['HostConfig']): string {
  const modes = {
    pid: host.PidMode,
    ipc: host.IpcMode,
    uts: host['UTSMode'] as string,
    cgroup: (host as { CgroupnsMode?: string }).CgroupnsMode,
  };
  return Object.entries(modes)
    .filter(([, mode]) => mode === 'host')
    .map(([name]) => name)
    .join(', ');
}

const shown = (text: string): string => (text === '' ? 'none' : text);
const list = (names: unknown, sign: string): string[] =>
  ((names ?? []) as string[]).map((name) => `${sign}${name.replace(/^CAP_/, '')}`);
const mib = (bytes: number | undefined): string => `${(bytes ?? 0) / 1024 ** 2} MiB`;
