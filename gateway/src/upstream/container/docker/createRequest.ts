import { createHash } from 'node:crypto';
import { egressNetworkPrefix } from '../../../registry/container/installation.ts';
import { isRootUser, tmpfsOptions } from '../../../registry/container/fields.ts';
import type { ContainerMount, ContainerSpec } from '../../../registry/types.ts';
import type { ContainerIdentity, CreateRequest, EngineMount, ImageConfig } from './engine/containerEngine.ts';
import type { RuntimeCapabilities } from '../runtime/capabilities.ts';
import { containerLabel, foreignLabels } from './labels.ts';
import { ownUser } from '../ownUser.ts';

/** Who runs a server whose image would be root and that writes to a mount: what it wrote stays readable for its next image. */
const nobody = '65534:65534';
const cpuPeriod = 100_000;
/** The container's own loopback, where nothing answers: names are looked up by the egress proxy alone. */
const noDns = '127.0.0.1';
/** Half of what LMCP's own parts weigh, where the CPUs are all in use. */
const cpuShares = 512;
/** What an image declares as a volume becomes memory of this size, where nothing else is mounted there. */
const declaredVolumeSize = 64 * 1024 ** 2;

type Machine = Pick<RuntimeCapabilities, 'rootless' | 'machineCpus' | 'addsWritable'>;

/**
 * The Engine API's create body for a server's container (Engine API 1.41 and later, ContainerCreate). Everything that
 * confines the container is written out, also where it is the engine's default; of the image only its user and its
 * volumes are looked at, and both can only make it stricter.
 */
export function createRequest(
  spec: ContainerSpec,
  image: ImageConfig,
  identity: ContainerIdentity,
  machine: Partial<Machine> = {},
): CreateRequest {
  const user = containerUser(spec, image, ownUser(identity, machine.rootless ?? false));
  const body = {
    Image: spec.image,
    ...(spec.entrypoint && { Entrypoint: spec.entrypoint }),
    ...(spec.args.length > 0 && { Cmd: spec.args }),
    Env: environment(spec, user.replaced),
    ...(spec.workdir !== undefined && { WorkingDir: spec.workdir }),
    ...(user.name !== undefined && { User: user.name }),
    ...(spec.hostname !== undefined && { Hostname: spec.hostname }),
    Tty: false,
    OpenStdin: true,
    StdinOnce: true,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    Healthcheck: { Test: ['NONE'] },
    HostConfig: hostConfig(spec, image, identity, machine),
  } as const;
  const { Env: _values, ...rest } = body;
  // A digest of a secret would let it be guessed.
  const shown = spec.shownArgs === undefined ? rest : { ...rest, Cmd: spec.shownArgs };
  const fingerprint = createHash('sha256').update(JSON.stringify([shown, [...spec.env.keys()]]));
  return {
    ...body,
    Labels: {
      ...foreignLabels,
      [containerLabel.instance]: identity.instance,
      [containerLabel.server]: identity.server,
      [containerLabel.spec]: fingerprint.digest('hex').slice(0, 32),
      [containerLabel.memory]: String(spec.memory),
      [containerLabel.processes]: String(spec.pidsLimit),
    },
  };
}

function hostConfig(
  spec: ContainerSpec,
  image: ImageConfig,
  { instance, server }: ContainerIdentity,
  { machineCpus = Number.POSITIVE_INFINITY, addsWritable = false }: Partial<Machine>,
): CreateRequest['HostConfig'] {
  const dns = spec.egress === undefined ? spec.dns : [noDns];
  return {
    AutoRemove: true,
    Init: true,
    RestartPolicy: { Name: 'no', MaximumRetryCount: 0 },
    LogConfig: { Type: 'none', Config: {} },
    Privileged: false,
    CapDrop: ['ALL'],
    CapAdd: spec.capAdd,
    SecurityOpt: ['no-new-privileges:true'],
    ReadonlyRootfs: spec.readOnly,
    NetworkMode: spec.egress === undefined ? spec.network : `${egressNetworkPrefix(instance)}${server}`,
    IpcMode: 'private',
    PidMode: '',
    UTSMode: '',
    UsernsMode: '',
    // The engine's default is the host's on cgroup v1.
    CgroupnsMode: 'private',
    PublishAllPorts: false,
    ExtraHosts: spec.extraHosts,
    ...(dns.length > 0 && { Dns: dns }),
    Memory: spec.memory,
    // Memory and swap together: no swap on top.
    MemorySwap: spec.memory,
    OomKillDisable: false,
    // A quota and not NanoCpus, which the engine rejects where the machine has fewer; so each has at most the machine's.
    CpuShares: cpuShares,
    CpuPeriod: cpuPeriod,
    CpuQuota: Math.max(1_000, Math.round(Math.min(spec.cpus, machineCpus) * cpuPeriod)),
    PidsLimit: spec.pidsLimit,
    Ulimits: spec.ulimits.map(({ name, soft, hard }) => ({ Name: name, Soft: soft, Hard: hard })),
    ...(spec.shmSize !== undefined && { ShmSize: spec.shmSize }),
    Tmpfs: { ...(addsWritable && spec.readOnly && closed(spec)), ...Object.fromEntries(spec.tmpfs) },
    Mounts: [...spec.mounts.map(engineMount), ...declaredVolumes(spec, image)],
  };
}

/** Where an engine would add what can be written to and run from. */
function closed({ mounts }: ContainerSpec): Record<string, string> {
  const free = ['/run', '/var/tmp'].filter((path) => !mounts.some(({ target }) => target === path));
  return Object.fromEntries(free.map((path) => [path, tmpfsOptions(['ro', 'size=64k'])]));
}

function engineMount(mount: ContainerMount): EngineMount {
  const base = { Source: mount.source, Target: mount.target, ReadOnly: mount.readOnly };
  return mount.type === 'bind'
    ? { Type: 'bind', ...base, BindOptions: { Propagation: 'rprivate' } }
    : { Type: 'volume', ...base };
}

/** An image's own `VOLUME` would be a place on the host's disk without a bound, however strict the root file system is. */
function declaredVolumes(spec: ContainerSpec, image: ImageConfig): EngineMount[] {
  const taken = new Set([...spec.mounts.map((mount) => mount.target), ...spec.tmpfs.keys()]);
  return image.volumes
    .filter((path) => !taken.has(path))
    .map((path) => ({
      Type: 'tmpfs',
      Target: path,
      TmpfsOptions: { SizeBytes: declaredVolumeSize, Mode: 0o1777 },
    }));
}

function containerUser(
  spec: ContainerSpec,
  image: ImageConfig,
  own: string,
): { name?: string; replaced: boolean } {
  if (spec.user !== undefined) return { name: spec.user, replaced: false };
  if (spec.rootUser === 'own') return { name: own, replaced: true };
  if (spec.rootUser === 'keep' || !isRootUser(image.user)) return { replaced: false };
  const writes = spec.mounts.some((mount) => !mount.readOnly);
  return { name: writes ? nobody : own, replaced: true };
}

/** Such a user has no home: programs that look for one get the writable /tmp. */
function environment(spec: ContainerSpec, replaced: boolean): string[] {
  const home = replaced && !spec.env.has('HOME') ? ['HOME=/tmp'] : [];
  return [...home, ...[...spec.env].map(([name, value]) => `${name}=${value}`)];
}
