import { isRecord } from '../../../../../json/isRecord.ts';
import type { RuntimeCapabilities } from '../../../runtime/capabilities.ts';
import { engineLimits, engineName } from './engineLimits.ts';

/**
 * What an engine holds containers to, from its answer to `GET /info`.
 * @param ask gives what it answers at a path below its API's version
 */
export async function readLimits(
  info: unknown,
  ask: (path: string) => Promise<unknown>,
): Promise<RuntimeCapabilities> {
  const limits = engineLimits(info);
  const { Rootless: rootless } = isRecord(info) ? info : {};
  // Docker says nothing of that kind; Podman's answer in Docker's words is about the machine, not about what its user may limit.
  return typeof rootless === 'boolean' ? podmanLimits(limits, rootless, await ask('/libpod/info')) : limits;
}

/** Podman's own API, `/libpod/info`: the controllers of its cgroup are those that it can use. */
function podmanLimits(limits: RuntimeCapabilities, rootless: boolean, own: unknown): RuntimeCapabilities {
  const { host } = isRecord(own) ? own : {};
  const { cgroupControllers: listed } = isRecord(host) ? host : {};
  const controllers: readonly unknown[] = Array.isArray(listed) ? listed : [];
  const memory = limits.memory && controllers.includes('memory');
  return {
    ...limits,
    name: engineName(true, limits.rootless || rootless),
    memory,
    swap: limits.swap && memory,
    processes: limits.processes && controllers.includes('pids'),
    cpus: limits.cpus && controllers.includes('cpu'),
    rootless: limits.rootless || rootless,
  };
}
