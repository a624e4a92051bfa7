import { normalizePath } from '../mounts.ts';
import { byteSize, isInside } from '../fields.ts';
import { instancePattern } from '../installation.ts';
import { isRegistry } from './pullSources.ts';

/** What the engine guard allows; set in its own configuration, out of the gateway's reach. */
export interface GuardRules {
  /** Only containers of this installation are touched. */
  readonly instance: string;
  /** Real paths. Anything below may be mounted, but only read-only. */
  readonly readOnlyRoots: readonly string[];
  /**
   * Real paths. Only these folders themselves may be mounted, also writable: a container that may write below one could
   * otherwise put a link there for the next mount to follow.
   */
  readonly writableRoots: readonly string[];
  /** Trees that are never mounted, whatever the roots: the gateway's configuration and audit folders. */
  readonly forbidden: readonly string[];
  /** Named volumes that may be mounted, besides the installation's own caches. */
  readonly volumes: readonly string[];
  /** Networks that may be joined, besides none. */
  readonly networks: readonly string[];
  /** Bytes for one container. */
  readonly maxMemory: number;
  /** Undefined: the machine's. */
  readonly maxCpus: number | undefined;
  readonly maxPids: number;
  readonly maxContainers: number;
  /** Bytes for all containers; undefined: three quarters of the machine's memory. */
  readonly totalMemory: number | undefined;
  readonly totalPids: number;
  /** Of the installation's caches. */
  readonly totalVolumes: number;
  /** The container of the egress proxy; undefined: no server has egress. */
  readonly egressProxy: string | undefined;
  /** Whether missing images may be fetched. */
  readonly pull: boolean;
  /** Registries that images are pulled from; undefined: any with a public DNS name and no port. */
  readonly registries: readonly string[] | undefined;
}

export type RulesOutcome =
  | { readonly ok: true; readonly rules: GuardRules }
  | { readonly ok: false; readonly problems: readonly string[] };

const list = (written: string | undefined, separator: string): string[] =>
  (written ?? '')
    .split(separator)
    .map((item) => item.trim())
    .filter((item) => item !== '');

/**
 * The rules from the guard's environment; paths are as written, to be resolved and then checked by `rootProblems`.
 * All problems together, in words.
 */
export function guardRules(env: Readonly<Record<string, string | undefined>>): RulesOutcome {
  const problems: string[] = [];
  const instance = env['LMCP_INSTALLATION'] ?? '';
  if (!instancePattern.test(instance)) {
    problems.push(
      'LMCP_INSTALLATION must name the installation whose containers are allowed: the same as in the gateway’s environment',
    );
  }
  const number = <T>(name: string, otherwise: T): number | T => {
    const written = env[name];
    if (written === undefined || written === '') return otherwise;
    const value = Number(written);
    if (!(value > 0)) problems.push(`${name} must be a number above 0`);
    return value;
  };
  const memory = byteSize(given(env['LMCP_GUARD_MAX_MEMORY']) ?? '8g');
  if (!('value' in memory)) problems.push(`LMCP_GUARD_MAX_MEMORY ${memory.message}: ${memory.fix}`);
  const total = given(env['LMCP_GUARD_TOTAL_MEMORY']);
  const totalMemory = total === undefined ? { value: undefined } : byteSize(total);
  if (!('value' in totalMemory)) {
    problems.push(`LMCP_GUARD_TOTAL_MEMORY ${totalMemory.message}: ${totalMemory.fix}`);
  }
  const rules: GuardRules = {
    instance,
    readOnlyRoots: list(env['LMCP_GUARD_READ_ONLY_ROOTS'], ':'),
    writableRoots: list(env['LMCP_GUARD_WRITABLE_ROOTS'], ':'),
    forbidden: list(env['LMCP_GUARD_FORBIDDEN'], ':'),
    volumes: list(env['LMCP_GUARD_VOLUMES'], ','),
    networks: list(env['LMCP_GUARD_NETWORKS'] ?? 'bridge', ','),
    maxMemory: 'value' in memory ? memory.value : 0,
    maxCpus: number('LMCP_GUARD_MAX_CPUS', undefined),
    maxPids: number('LMCP_GUARD_MAX_PIDS', 4_096),
    maxContainers: number('LMCP_GUARD_MAX_CONTAINERS', 128),
    totalMemory: 'value' in totalMemory ? totalMemory.value : 0,
    totalPids: number('LMCP_GUARD_TOTAL_PIDS', 16_384),
    totalVolumes: number('LMCP_GUARD_TOTAL_VOLUMES', 256),
    egressProxy: given(env['LMCP_GUARD_EGRESS_PROXY']),
    pull: env['LMCP_GUARD_PULL'] !== 'never',
    registries: registries(env['LMCP_GUARD_REGISTRIES']),
  };
  for (const name of rules.registries ?? []) {
    if (!isRegistry(name)) {
      problems.push(
        `LMCP_GUARD_REGISTRIES: ${JSON.stringify(name)} is not a registry. Write host or host:port`,
      );
    }
  }
  problems.push(...rootProblems(rules));
  if (rules.networks.some((name) => name === 'host' || name.startsWith('container:'))) {
    problems.push('LMCP_GUARD_NETWORKS may not name the host’s network nor another container’s');
  }
  return problems.length === 0 ? { ok: true, rules } : { ok: false, problems };
}

/**
 * The rules of the guard of a gateway's engine, where the gateway's environment holds them too (compose.yaml
 * hands the same variables to both). What is wrong with them the guard says itself.
 */
export function knownGuardRules(env: Readonly<Record<string, string | undefined>>): GuardRules | undefined {
  if (env['LMCP_GUARD_NETWORKS'] === undefined) return undefined;
  const outcome = guardRules(env);
  return outcome.ok ? outcome.rules : undefined;
}

/** An empty text is what compose makes of a variable that is not set. */
function given(written: string | undefined): string | undefined {
  return written === '' ? undefined : written;
}

function registries(written: string | undefined): string[] | undefined {
  const named = list(written, ',').map((name) => name.toLowerCase());
  return named.length === 0 ? undefined : named;
}

/** Roots must be absolute, and no writable one may be in another, or contain one. */
export function rootProblems(rules: Pick<GuardRules, 'readOnlyRoots' | 'writableRoots'>): string[] {
  const all = [...rules.readOnlyRoots, ...rules.writableRoots];
  const relative = all.filter((root) => !root.startsWith('/') || normalizePath(root) === '/');
  const nested = rules.writableRoots.filter((root, index) =>
    [...rules.readOnlyRoots, ...rules.writableRoots.filter((_other, at) => at !== index)].some(
      (other) => isInside(root, other) || isInside(other, root),
    ),
  );
  return [
    ...relative.map((root) => `the root ${root} must be an absolute path, and not / itself`),
    ...nested.map(
      (root) =>
        `the writable root ${root} is inside another root or contains one: a server could put a link into it that leads out`,
    ),
  ];
}

/** The rules with sockets that are never mounted either: the engine's, wherever it is, and the guard's own. */
export function withSockets(rules: GuardRules, sockets: readonly string[]): GuardRules {
  return { ...rules, forbidden: [...rules.forbidden, ...sockets] };
}
