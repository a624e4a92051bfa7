import type { ContainerSpec } from '../../../registry/types.ts';

/** What a runtime holds containers to on its machine; it may take a limit without a word also where it can't. */
export interface RuntimeCapabilities {
  /** As messages name it: `rootless Podman`. */
  readonly name: string;
  readonly memory: boolean;
  readonly processes: boolean;
  readonly cpus: boolean;
  readonly swap: boolean;
  /** Whether its default seccomp profile is active. */
  readonly seccomp: boolean;
  /** Whether the egress proxy can be put before a network of a server's own. */
  readonly egress: boolean;
  /** Whether it runs in a user namespace, where users end at 65,535. */
  readonly rootless: boolean;
  /** Whether it adds writable places to a read-only root file system, as Podman does, unless something is there. */
  readonly addsWritable: boolean;
  /** CPUs of its machine; 1 where it does not say. */
  readonly machineCpus: number;
}

/** Without these two a server can take the whole machine down: no container is started then. Undefined where it holds to both. */
export function missingLimits({ memory, processes }: RuntimeCapabilities): string | undefined {
  const missing = [...(memory ? [] : ['memory']), ...(processes ? [] : ['processes'])];
  return missing.length === 0 ? undefined : missing.join(' and ');
}

/** The key of the entry that asks for what the runtime can't enforce; undefined where it can run the server. */
export function unenforceableKey(
  { cpusNamed, egress }: Pick<ContainerSpec, 'cpusNamed' | 'egress'>,
  capabilities: Pick<RuntimeCapabilities, 'cpus' | 'egress'>,
): 'cpus' | 'egress' | undefined {
  if (cpusNamed && !capabilities.cpus) return 'cpus';
  return egress !== undefined && !capabilities.egress ? 'egress' : undefined;
}

/** A warning about an engine that is used nevertheless; undefined if there is none. */
export function limitWarning({ name, cpus, swap, seccomp }: RuntimeCapabilities): string | undefined {
  const missing = [
    ...(cpus ? [] : ['to their share of the CPUs']),
    ...(swap ? [] : ['to memory without swap']),
    ...(seccomp ? [] : ['to a seccomp profile']),
  ];
  if (missing.length === 0) return undefined;
  return `${name} does not hold servers ${missing.join(', nor ')} (docs/containers.md, "What the engine must be able to do")`;
}
