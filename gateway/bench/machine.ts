import { cpus, loadavg, release } from 'node:os';

/** What the figures were reached on. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly kernel: string;
  readonly node: string;
  /** How many processes wanted to run, on average over the last minute, before the benchmark began. */
  readonly loadBefore: number;
}

export function thisMachine(): Machine {
  const cores = cpus();
  return {
    cpu: cores[0]?.model.trim() ?? 'unknown',
    cores: cores.length,
    kernel: `${process.platform} ${release()}`,
    node: process.version,
    loadBefore: loadavg()[0] ?? 0,
  };
}

export function describeMachine({ cpu, cores, kernel, node, loadBefore }: Machine): string {
  return `${cpu}, ${cores} cores, ${kernel}, Node ${node.slice(1)}, load before the run ${loadBefore.toFixed(1)}`;
}

/** Words for the person at the terminal when others use the machine; undefined while it is quiet. */
export function busyWarning({ cores, loadBefore }: Machine): string | undefined {
  if (loadBefore < cores / 2) return undefined;
  return (
    `This machine is busy (load ${loadBefore.toFixed(1)} on ${cores} cores): the figures will be worse than it can do. ` +
    'The comparison within the run still holds roughly; for figures to keep, run it again when it is quiet.'
  );
}
