import { cpus, release } from 'node:os';

/** What the figures were reached on. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly kernel: string;
  readonly node: string;
}

export function thisMachine(): Machine {
  const cores = cpus();
  return {
    cpu: cores[0]?.model.trim() ?? 'unknown',
    cores: cores.length,
    kernel: `${process.platform} ${release()}`,
    node: process.version,
  };
}
