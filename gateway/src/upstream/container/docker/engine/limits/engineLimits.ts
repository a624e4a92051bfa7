/** What an engine holds containers to on its machine; it takes a limit without a word also where it can't. */
export interface EngineLimits {
  readonly memory: boolean;
  readonly processes: boolean;
  readonly cpus: boolean;
  readonly swap: boolean;
  /** Whether its default seccomp profile is active. */
  readonly seccomp: boolean;
  /** Whether it runs in a user namespace, where users end at 65,535. */
  readonly rootless: boolean;
  /** Whether it adds writable places to a read-only root file system, as Podman does, unless something is there. */
  readonly addsWritable: boolean;
  /** CPUs of its machine; 1 where it does not say. */
  readonly machineCpus: number;
}

/** From `GET /info` (Engine API, SystemInfo). What is not said is not held to. */
export function engineLimits(info: unknown): EngineLimits {
  const said = (typeof info === 'object' && info !== null ? info : {}) as Readonly<Record<string, unknown>>;
  const options: unknown = said['SecurityOptions'];
  const security = Array.isArray(options) ? options.filter((one) => typeof one === 'string') : [];
  return {
    memory: said['MemoryLimit'] === true,
    processes: said['PidsLimit'] === true,
    cpus: said['CpuCfsQuota'] === true,
    swap: said['SwapLimit'] === true,
    seccomp: security.some((one) => one.startsWith('name=seccomp') && !one.includes('unconfined')),
    rootless: security.some((one) => one.startsWith('name=rootless')),
    addsWritable: said['BuildahVersion'] !== undefined,
    machineCpus: cpuCount(said['NCPU']),
  };
}

function cpuCount(said: unknown): number {
  return typeof said === 'number' && Number.isInteger(said) && said > 0 ? said : 1;
}

/** The same in the words of `GET /info`, and nothing else. */
export function asInfo(limits: EngineLimits): object {
  const { memory, processes, cpus, swap, seccomp, rootless, addsWritable, machineCpus } = limits;
  return {
    MemoryLimit: memory,
    PidsLimit: processes,
    CpuCfsQuota: cpus,
    SwapLimit: swap,
    NCPU: machineCpus,
    // A member that Podman's answer has and Docker's has not.
    ...(addsWritable && { BuildahVersion: '' }),
    SecurityOptions: [...(seccomp ? ['name=seccomp'] : []), ...(rootless ? ['name=rootless'] : [])],
  };
}

/** Without these two a server can take the whole machine down: no container is started then. Undefined where it holds to both. */
export function missingLimits({ memory, processes }: EngineLimits): string | undefined {
  const missing = [...(memory ? [] : ['memory']), ...(processes ? [] : ['processes'])];
  return missing.length === 0 ? undefined : missing.join(' and ');
}

/** What an operator should know of an engine that containers are started on all the same; undefined where it is nothing. */
export function limitWarning({ cpus, swap, seccomp }: EngineLimits): string | undefined {
  const missing = [
    ...(cpus ? [] : ['to their share of the CPUs']),
    ...(swap ? [] : ['to memory without swap']),
    ...(seccomp ? [] : ['to a seccomp profile']),
  ];
  if (missing.length === 0) return undefined;
  return `the container engine does not hold servers ${missing.join(', nor ')} (docs/containers.md, "What the engine must be able to do")`;
}
