import { isRecord } from '../../json/isRecord.ts';
import * as fields from '../../registry/container/fields.ts';
import { cacheVolumePrefix, egressNetworkPrefix } from '../../registry/container/installation.ts';
import * as runFields from '../../registry/container/run/runFields.ts';
import type { Field } from '../../registry/container/problem.ts';
import {
  containerLabel,
  containerNamePrefix,
  foreignLabels,
} from '../../upstream/container/docker/labels.ts';
import type { GuardRules } from '../../registry/container/guardRules/rules.ts';

const cpuPeriod = 100_000;

/** A key's value fits (undefined), or what is wrong with it in words. */
type Check = (value: unknown) => string | undefined;
interface Shape {
  readonly required: Readonly<Record<string, Check>>;
  readonly optional: Readonly<Record<string, Check>>;
}

export type CreateVerdict = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/**
 * Whether a create request has the hardened form, and nothing besides: every key is known, what confines the container is
 * written out with the one value that is allowed, and what may vary keeps within the rules. Bind mounts are checked for
 * their form alone; their sources need the file system (`mountSources.ts`).
 */
export function checkCreate(name: string | undefined, body: unknown, rules: GuardRules): CreateVerdict {
  const prefix = containerNamePrefix(rules.instance);
  if (name === undefined || !name.startsWith(prefix) || !/^[A-Za-z0-9][\w.-]{0,200}$/.test(name)) {
    return { ok: false, reason: `the container’s name must begin with ${prefix}` };
  }
  const wrong = fits(createShape(rules))(body) ?? limitLabels(body) ?? egressWithoutDns(body, rules);
  return wrong === undefined ? { ok: true } : { ok: false, reason: wrong };
}

/** Why a create body that has the hardened form asks for more than a machine with that number of CPUs has; undefined where it does not. */
export function machineDenial(body: unknown, machineCpus: number): string | undefined {
  const { CpuQuota: quota } = (body as { HostConfig: { CpuQuota: number } }).HostConfig;
  return quota > machineCpus * cpuPeriod
    ? `CpuQuota is more than the ${machineCpus} CPUs of the machine`
    : undefined;
}

function createShape(rules: GuardRules): Shape {
  return {
    required: {
      Image: byField(fields.image),
      Labels: labels(rules.instance),
      Tty: exactly(false),
      OpenStdin: exactly(true),
      StdinOnce: exactly(true),
      AttachStdin: exactly(true),
      AttachStdout: exactly(true),
      AttachStderr: exactly(true),
      Healthcheck: exactly({ Test: ['NONE'] }),
      HostConfig: fits(hostShape(rules)),
    },
    optional: {
      Entrypoint: texts,
      Cmd: texts,
      Env: texts,
      WorkingDir: byField(fields.ownPath),
      User: byField(fields.user),
      Hostname: byField(runFields.hostname),
    },
  };
}

function hostShape(rules: GuardRules): Shape {
  return {
    required: {
      AutoRemove: exactly(true),
      Init: exactly(true),
      RestartPolicy: exactly({ Name: 'no', MaximumRetryCount: 0 }),
      LogConfig: exactly({ Type: 'none', Config: {} }),
      Privileged: exactly(false),
      CapDrop: exactly(['ALL']),
      CapAdd: listOf(byField(fields.capability)),
      SecurityOpt: exactly(['no-new-privileges:true']),
      ReadonlyRootfs: (value) => (typeof value === 'boolean' ? undefined : 'must be true or false'),
      NetworkMode: (value) => networkDenial(value, rules),
      IpcMode: exactly('private'),
      PidMode: exactly(''),
      UTSMode: exactly(''),
      UsernsMode: exactly(''),
      CgroupnsMode: exactly('private'),
      PublishAllPorts: exactly(false),
      Memory: upTo(rules.maxMemory),
      MemorySwap: upTo(rules.maxMemory),
      OomKillDisable: exactly(false),
      CpuShares: exactly(512),
      CpuPeriod: exactly(cpuPeriod),
      CpuQuota: upTo((rules.maxCpus ?? Number.POSITIVE_INFINITY) * cpuPeriod),
      PidsLimit: upTo(rules.maxPids),
      Ulimits: ulimitsDenial,
      Mounts: listOf((mount) => mountDenial(mount, rules)),
    },
    optional: {
      ExtraHosts: listOf(byField(fields.extraHost)),
      Dns: listOf(byField(runFields.dnsServer)),
      ShmSize: upTo(rules.maxMemory),
      Tmpfs: tmpfsDenial,
    },
  };
}

function networkDenial(value: unknown, { instance, networks, egressProxy }: GuardRules): string | undefined {
  if (egressProxy !== undefined && isEgressNetwork(value, instance)) return undefined;
  if (value === 'none' || (typeof value === 'string' && networks.includes(value))) return undefined;
  return `is not among the networks that the guard allows (${['none', ...networks].join(', ')}; LMCP_GUARD_NETWORKS)`;
}

/** Whether a network is one of those on which a server meets the egress proxy alone. */
export function isEgressNetwork(name: unknown, instance: string): name is string {
  const prefix = egressNetworkPrefix(instance);
  return (
    typeof name === 'string' &&
    name.startsWith(prefix) &&
    /^[A-Za-z0-9_-]{1,64}$/.test(name.slice(prefix.length))
  );
}

/** The engine itself would look names up for it, anywhere. */
function egressWithoutDns(body: unknown, { instance }: GuardRules): string | undefined {
  const { NetworkMode: network, Dns: dns } = (body as { HostConfig: { NetworkMode: string; Dns?: string[] } })
    .HostConfig;
  if (!isEgressNetwork(network, instance) || JSON.stringify(dns) === '["127.0.0.1"]') return undefined;
  return 'HostConfig Dns must be ["127.0.0.1"] on a network of the egress proxy';
}

function mountDenial(mount: unknown, rules: GuardRules): string | undefined {
  if (!isRecord(mount)) return 'must be objects';
  const target = byField(fields.ownPath);
  const flag: Check = (value) => (typeof value === 'boolean' ? undefined : 'must be true or false');
  if (mount['Type'] === 'bind') {
    const source: Check = (value) =>
      typeof value === 'string' && value.startsWith('/') && !value.includes('\0')
        ? undefined
        : 'must be an absolute path';
    const propagation = exactly({ Propagation: 'rprivate' });
    return fits({
      required: {
        Type: exactly('bind'),
        Source: source,
        Target: target,
        ReadOnly: flag,
        BindOptions: propagation,
      },
      optional: {},
    })(mount);
  }
  if (mount['Type'] === 'volume') {
    return fits({
      required: { Type: exactly('volume'), Source: volume(rules), Target: target, ReadOnly: flag },
      optional: {},
    })(mount);
  }
  const size: Check = fits({
    required: { SizeBytes: upTo(rules.maxMemory), Mode: exactly(0o1777) },
    optional: {},
  });
  return fits({ required: { Type: exactly('tmpfs'), Target: target, TmpfsOptions: size }, optional: {} })(
    mount,
  );
}

function volume({ instance, volumes }: GuardRules): Check {
  const own = cacheVolumePrefix(instance);
  return (value) =>
    typeof value === 'string' &&
    /^[A-Za-z0-9][\w.-]*$/.test(value) &&
    (value.startsWith(own) || volumes.includes(value))
      ? undefined
      : 'is a volume that the guard does not allow (LMCP_GUARD_VOLUMES)';
}

const tmpfsDenial: Check = (value) => {
  if (!isRecord(value)) return 'must be an object';
  for (const [path, options] of Object.entries(value)) {
    const field = fields.tmpfs(`${path}:${String(options)}`);
    if (!('value' in field)) return `${path} ${field.message}`;
    if (field.value.path !== path || field.value.options !== options) {
      return `${path} must have a size, nosuid and nodev`;
    }
  }
  return undefined;
};

/** Every container has its limits of core files and of open files. */
const ulimitsDenial: Check = (value) => {
  const wrong = listOf(ulimitDenial)(value);
  if (wrong !== undefined) return wrong;
  const names = (value as { Name: string }[]).map(({ Name: name }) => name);
  const missing = ['core', 'nofile'].find((name) => names.filter((other) => other === name).length !== 1);
  return missing === undefined ? undefined : `must name ${missing} once`;
};

const ulimitDenial: Check = (value) => {
  const number: Check = (limit) => (Number.isInteger(limit) ? undefined : 'must be a whole number');
  const name: Check = (text) => (typeof text === 'string' ? undefined : 'must be a text');
  const form = fits({ required: { Name: name, Soft: number, Hard: number }, optional: {} })(value);
  if (form !== undefined) return form;
  const { Name, Soft, Hard } = value as { Name: string; Soft: number; Hard: number };
  const field = runFields.ulimit(`${Name}=${Soft}:${Hard}`);
  return 'value' in field ? undefined : `${Name} ${field.message}`;
};

/** The sums of all containers are counted by these labels. */
function limitLabels(body: unknown): string | undefined {
  const { Labels: labels, HostConfig: host } = body as {
    Labels: Record<string, string>;
    HostConfig: { Memory: number; PidsLimit: number };
  };
  if (labels[containerLabel.memory] !== String(host.Memory)) return 'Labels do not say its memory';
  if (labels[containerLabel.processes] !== String(host.PidsLimit)) return 'Labels do not say its processes';
  return undefined;
}

function labels(instance: string): Check {
  const word: Check = (value) =>
    typeof value === 'string' && value.length <= 128 ? undefined : 'must be a short text';
  return fits({
    required: {
      [containerLabel.instance]: exactly(instance),
      [containerLabel.server]: word,
      [containerLabel.spec]: word,
      [containerLabel.memory]: word,
      [containerLabel.processes]: word,
    },
    optional: Object.fromEntries(
      Object.entries(foreignLabels).map(([name, value]) => [name, exactly(value)]),
    ),
  });
}

/** An object with exactly these keys; a key in another case is an unknown key, though the engine would take it. */
function fits(shape: Shape): Check {
  return (value) => {
    if (!isRecord(value)) return 'must be an object';
    for (const key of Object.keys(value)) {
      if (!Object.hasOwn(shape.required, key) && !Object.hasOwn(shape.optional, key))
        return `${key} is not allowed`;
    }
    for (const [key, check] of Object.entries(shape.required)) {
      if (!Object.hasOwn(value, key)) return `${key} is missing`;
      const wrong = check(value[key]);
      if (wrong !== undefined) return `${key} ${wrong}`;
    }
    for (const [key, check] of Object.entries(shape.optional)) {
      const wrong = Object.hasOwn(value, key) ? check(value[key]) : undefined;
      if (wrong !== undefined) return `${key} ${wrong}`;
    }
    return undefined;
  };
}

/** JSON compared as text: the gateway writes these keys in this order. */
function exactly(expected: unknown): Check {
  const text = JSON.stringify(expected);
  return (value) => (JSON.stringify(value) === text ? undefined : `must be ${text}`);
}

function listOf(check: Check): Check {
  return (value) =>
    Array.isArray(value) ? value.map(check).find((wrong) => wrong !== undefined) : 'must be a list';
}

const texts = listOf((value) =>
  typeof value === 'string' && !value.includes('\0') ? undefined : 'must hold text only',
);

function upTo(limit: number): Check {
  return (value) =>
    typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= limit
      ? undefined
      : `must be a whole number from 1 to ${limit}`;
}

function byField(read: (written: unknown) => Field<unknown>): Check {
  return (value) => {
    const field = read(value);
    if ('value' in field) return field.value === value ? undefined : 'is not in its plain form';
    return field.message;
  };
}
