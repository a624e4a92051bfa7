import type { ContainerProblem } from '../problem.ts';
import type { ContainerSpec } from '../../types.ts';
import { cacheVolumePrefix } from '../installation.ts';
import { bindDenial } from './bindDenial.ts';
import { sourceDenial } from './pullSources.ts';
import type { GuardRules } from './rules.ts';

/**
 * What the engine guard would deny of a server's container, each with its place in an `image:` entry, as far as the registry
 * tells: links in mount sources are resolved by the guard alone. Empty where it allows the container.
 */
export function specDenials(spec: ContainerSpec, rules: GuardRules): ContainerProblem[] {
  return [
    ...networkDenial(spec, rules),
    ...limitDenials(spec, rules),
    ...spec.mounts.flatMap((mount, index) => mountDenial(mount, index, rules)),
    ...pullDenial(spec, rules),
  ];
}

function networkDenial({ network }: ContainerSpec, { networks }: GuardRules): ContainerProblem[] {
  if (network === 'none' || networks.includes(network)) return [];
  const allowed = ['none', ...networks].join(', ');
  const message = `the engine guard does not allow the network ${network}; it allows ${allowed}`;
  return [{ at: ['network'], message, fix: `add ${network} to LMCP_GUARD_NETWORKS, or use one of them` }];
}

function limitDenials(spec: ContainerSpec, rules: GuardRules): ContainerProblem[] {
  const mib = (bytes: number): string => `${Math.floor(bytes / 1024 ** 2)}m`;
  const limits = [
    ['memory', spec.memory, rules.maxMemory, mib, 'MEMORY'],
    ['shm_size', spec.shmSize ?? 0, rules.maxMemory, mib, 'MEMORY'],
    ['cpus', spec.cpus, rules.maxCpus, String, 'CPUS'],
    ['pids_limit', spec.pidsLimit, rules.maxPids, String, 'PIDS'],
  ] as const;
  return limits.flatMap(([key, wanted, most, shown, name]) => {
    // Undefined: the machine's CPUs, which a container has at most.
    if (most === undefined || wanted <= most) return [];
    const message = `the engine guard allows at most ${shown(most)} of ${key} for one container`;
    return [{ at: [key], message, fix: `lower it, or raise LMCP_GUARD_MAX_${name}` }];
  });
}

function mountDenial(
  mount: ContainerSpec['mounts'][number],
  index: number,
  rules: GuardRules,
): ContainerProblem[] {
  const at = ['mounts', index, 'source'];
  if (mount.type === 'volume') {
    const isOwn = mount.source.startsWith(cacheVolumePrefix(rules.instance));
    if (isOwn || rules.volumes.includes(mount.source)) return [];
    const message = `the engine guard does not allow the volume ${mount.source}`;
    return [{ at, message, fix: `add ${mount.source} to LMCP_GUARD_VOLUMES` }];
  }
  const denial = bindDenial(mount, rules);
  if (denial === undefined) return [];
  const message = `the engine guard does not allow ${mount.source}: ${denial}`;
  const roots = mount.readOnly ? 'LMCP_GUARD_READ_ONLY_ROOTS' : 'LMCP_GUARD_WRITABLE_ROOTS';
  return [{ at, message, fix: `name a folder in ${roots}, and mount it into the guard under its own path` }];
}

function pullDenial({ image, pull }: ContainerSpec, rules: GuardRules): ContainerProblem[] {
  if (pull === 'never') return [];
  const denial = rules.pull ? sourceDenial(image, rules.registries) : undefined;
  if (denial === undefined) return [];
  const message = `the engine guard does not let the image be pulled: ${denial}`;
  return [{ at: ['image'], message, fix: 'add the registry to LMCP_GUARD_REGISTRIES, or write pull: never' }];
}
