import { isRootUser, tmpfsOptions } from './fields.ts';
import { shownTarget } from './egressTarget.ts';
import type { ContainerMount, ContainerSpec, EgressTarget, ImageSignature, Ulimit } from '../types.ts';

/** What a registry entry said about its container; what it did not say is undefined. */
export interface ContainerDraft {
  readonly image: string;
  readonly entrypoint?: readonly string[] | undefined;
  readonly args?: readonly string[] | undefined;
  readonly env?: ReadonlyMap<string, string> | undefined;
  readonly workdir?: string | undefined;
  readonly user?: string | undefined;
  readonly mounts?: readonly ContainerMount[] | undefined;
  readonly tmpfs?: ReadonlyMap<string, string> | undefined;
  readonly network?: string | undefined;
  readonly egress?: readonly EgressTarget[] | undefined;
  readonly warmUp?: ContainerSpec['warmUp'];
  readonly extraHosts?: readonly string[] | undefined;
  readonly memory?: number | undefined;
  readonly cpus?: number | undefined;
  readonly pidsLimit?: number | undefined;
  readonly shmSize?: number | undefined;
  readonly readOnly?: boolean | undefined;
  readonly capAdd?: readonly string[] | undefined;
  readonly pull?: 'never' | 'missing' | undefined;
  readonly signature?: ImageSignature | undefined;
  readonly platform?: string | undefined;
  readonly hostname?: string | undefined;
  readonly dns?: readonly string[] | undefined;
  readonly ulimits?: readonly Ulimit[] | undefined;
  readonly engineSocket?: string | undefined;
  /** The container's user is the server's own, whatever its image says. */
  readonly ownUser?: true | undefined;
}

/**
 * What is not said means: `hardened` the strictest form; `docker-run` what Docker itself would do for network, root file
 * system and user, so that a command written for Docker works unchanged.
 */
export type Hardening = 'hardened' | 'docker-run';

const defaultMemory = 512 * 1024 ** 2;
const defaultCpus = 2;
const defaultPids = 256;
/** No core files, which the machine itself would handle; and files enough for a browser. */
const defaultUlimits: readonly Ulimit[] = [
  { name: 'core', soft: 0, hard: 0 },
  { name: 'nofile', soft: 16_384, hard: 16_384 },
];

/**
 * Fills in every default and says in words what is weaker than the full hardening.
 * @param defaultNetwork what Docker's own default network, `bridge`, is on the gateway's engine
 */
export function resolveSpec(
  draft: ContainerDraft,
  hardening: Hardening,
  defaultNetwork = 'bridge',
): ContainerSpec {
  const asDocker = hardening === 'docker-run';
  const readOnly = draft.readOnly ?? !asDocker;
  const network = draft.network ?? (asDocker ? 'bridge' : 'none');
  const spec = {
    image: draft.image,
    entrypoint: draft.entrypoint,
    args: draft.args ?? [],
    env: draft.env ?? new Map<string, string>(),
    workdir: draft.workdir,
    user: draft.user,
    rootUser: draft.ownUser ? ('own' as const) : asDocker ? ('keep' as const) : ('replace' as const),
    mounts: draft.mounts ?? [],
    tmpfs: withTmp(draft.tmpfs ?? new Map<string, string>(), draft.mounts ?? [], readOnly),
    network: network === 'bridge' ? defaultNetwork : network,
    warmUp: draft.warmUp,
    egress: draft.egress,
    extraHosts: draft.extraHosts ?? [],
    memory: draft.memory ?? defaultMemory,
    cpus: draft.cpus ?? defaultCpus,
    cpusNamed: draft.cpus !== undefined,
    pidsLimit: draft.pidsLimit ?? defaultPids,
    shmSize: draft.shmSize,
    readOnly,
    capAdd: draft.capAdd ?? [],
    pull: draft.pull ?? ('missing' as const),
    signature: draft.signature,
    platform: draft.platform,
    hostname: draft.hostname,
    dns: draft.dns ?? [],
    ulimits: withDefaults(draft.ulimits ?? []),
    engineSocket: draft.engineSocket,
  };
  return { ...spec, loosened: loosened(spec) };
}

/** By name; of two of one name the last counts. */
function withDefaults(said: readonly Ulimit[]): readonly Ulimit[] {
  return [...new Map([...defaultUlimits, ...said].map((limit) => [limit.name, limit])).values()];
}

/** A read-only container gets a small writable `/tmp`, unless the entry puts something there itself. */
function withTmp(
  tmpfs: ReadonlyMap<string, string>,
  mounts: readonly ContainerMount[],
  readOnly: boolean,
): ReadonlyMap<string, string> {
  if (!readOnly || tmpfs.has('/tmp') || mounts.some((mount) => mount.target === '/tmp')) return tmpfs;
  return new Map([['/tmp', tmpfsOptions([])], ...tmpfs]);
}

/** What a reader of status should know: each way in which the container may do more than the strictest form. */
function loosened(spec: Omit<ContainerSpec, 'loosened'>): string[] {
  const ways: string[] = [];
  if (spec.network !== 'none') ways.push(`reaches the network ${spec.network}`);
  if (spec.egress !== undefined && spec.egress.length > 0) {
    ways.push(`reaches ${spec.egress.map(shownTarget).join(', ')}`);
  }
  if (!spec.readOnly) ways.push('its root file system is writable');
  if (spec.user !== undefined && isRootUser(spec.user)) ways.push('runs as root inside the container');
  if (spec.user === undefined && spec.rootUser === 'keep') ways.push('runs as root where its image does');
  for (const name of spec.capAdd) ways.push(`has the capability ${name}`);
  for (const mount of spec.mounts) {
    if (!mount.readOnly && mount.type === 'bind')
      ways.push(`may write to the host folder at ${mount.target}`);
  }
  for (const [path, options] of spec.tmpfs) {
    if (options.split(',').includes('exec')) ways.push(`may run programs from ${path}`);
  }
  return ways;
}
