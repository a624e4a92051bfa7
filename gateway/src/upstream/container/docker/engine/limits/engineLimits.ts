import type { RuntimeCapabilities } from '../../../runtime/capabilities.ts';

/** From `GET /info` (Engine API, SystemInfo). What is not said is not held to. */
export function engineLimits(info: unknown): RuntimeCapabilities {
  const said = (typeof info === 'object' && info !== null ? info : {}) as Readonly<Record<string, unknown>>;
  const options: unknown = said['SecurityOptions'];
  const security = Array.isArray(options) ? options.filter((one) => typeof one === 'string') : [];
  const rootless = security.some((one) => one.startsWith('name=rootless'));
  // A rootful engine with userns-remap.
  const isRemapped = security.some((one) => one.startsWith('name=userns'));
  // A member that Podman's answer has and Docker's has not.
  const isPodman = said['BuildahVersion'] !== undefined;
  return {
    name: engineName(isPodman, rootless),
    memory: said['MemoryLimit'] === true,
    processes: said['PidsLimit'] === true,
    cpus: said['CpuCfsQuota'] === true,
    swap: said['SwapLimit'] === true,
    seccomp: security.some((one) => one.startsWith('name=seccomp') && !one.includes('unconfined')),
    // Podman's networks do not look up the proxy's name for a container that looks up no others.
    egress: !isPodman,
    rootless: rootless || isRemapped,
    addsWritable: isPodman,
    machineCpus: cpuCount(said['NCPU']),
  };
}

export function engineName(isPodman: boolean, isRootless: boolean): string {
  return `${isRootless ? 'rootless ' : ''}${isPodman ? 'Podman' : 'Docker'}`;
}

function cpuCount(said: unknown): number {
  return typeof said === 'number' && Number.isInteger(said) && said > 0 ? said : 1;
}

/** The same in the words of `GET /info`, and nothing else. */
export function asInfo(limits: RuntimeCapabilities): object {
  const { name, memory, processes, cpus, swap, seccomp, rootless, addsWritable, machineCpus } = limits;
  const namespace = name.startsWith('rootless ') ? 'name=rootless' : 'name=userns';
  return {
    MemoryLimit: memory,
    PidsLimit: processes,
    CpuCfsQuota: cpus,
    SwapLimit: swap,
    NCPU: machineCpus,
    ...(addsWritable && { BuildahVersion: '' }),
    SecurityOptions: [...(seccomp ? ['name=seccomp'] : []), ...(rootless ? [namespace] : [])],
  };
}
