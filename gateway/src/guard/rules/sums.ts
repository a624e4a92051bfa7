import { containerLabel } from '../../upstream/container/docker/labels.ts';
import type { GuardRules } from '../../registry/container/guardRules/rules.ts';

/** What containers may use together. */
export interface Sums {
  readonly memory: number;
  readonly processes: number;
}

/** Of a create body that has the hardened form. */
export function askedFor(body: unknown): Sums {
  const { Memory, PidsLimit } = (body as { HostConfig: { Memory: number; PidsLimit: number } }).HostConfig;
  return { memory: Memory, processes: PidsLimit };
}

/**
 * The limits of the containers of a list of the engine, summed up; a container without its labels counts with the most that
 * one may have.
 */
export function sumsOf(containers: unknown, rules: Pick<GuardRules, 'maxMemory' | 'maxPids'>): Sums {
  const all = Array.isArray(containers) ? (containers as { Labels?: Record<string, string> | null }[]) : [];
  const sum = (label: string, most: number): number =>
    all.reduce((total, { Labels: labels }) => total + (Number(labels?.[label]) || most), 0);
  return {
    memory: sum(containerLabel.memory, rules.maxMemory),
    processes: sum(containerLabel.processes, rules.maxPids),
  };
}

/** Why one more container is too much, undefined where it is not. */
export function sumDenial(now: Sums, wanted: Sums, most: Sums): string | undefined {
  const mib = (bytes: number): number => Math.round(bytes / 1024 ** 2);
  if (now.memory + wanted.memory > most.memory) {
    return `with ${mib(wanted.memory)} MiB more the containers would have ${mib(now.memory + wanted.memory)} MiB of memory together, and the guard allows ${mib(most.memory)} (LMCP_GUARD_TOTAL_MEMORY)`;
  }
  if (now.processes + wanted.processes > most.processes) {
    return `with ${wanted.processes} more the containers would have ${now.processes + wanted.processes} processes together, and the guard allows ${most.processes} (LMCP_GUARD_TOTAL_PIDS)`;
  }
  return undefined;
}

/** The sums that the rules allow on a machine; of its memory three quarters where they say nothing. */
export function allowedSums(rules: GuardRules, info: unknown): Sums {
  const machine = Number((info as { MemTotal?: unknown } | null | undefined)?.MemTotal) || 0;
  return { memory: rules.totalMemory ?? Math.floor(machine * 0.75), processes: rules.totalPids };
}
