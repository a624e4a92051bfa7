import type { Job } from './load/job.ts';

/** How much is measured. */
export interface Plan {
  readonly connections: readonly number[];
  readonly rounds: number;
  readonly warmUpMs: number;
  readonly durationMs: number;
  readonly payloadBytes: number;
  /** How often each way of starting a container, and the package, is timed. */
  readonly starts: number;
  /** How many lists are read warm in a round. */
  readonly lists: number;
  /** How long a gateway is left alone before its memory is read. */
  readonly idleMs: number;
}

/** A run of the benchmark, for its parts. */
export interface Run {
  /** Progress for the person at the terminal. */
  readonly say: (message: string) => void;
  readonly signal: AbortSignal;
}

export const fullPlan: Plan = {
  connections: [1, 16, 64],
  rounds: 5,
  warmUpMs: 750,
  durationMs: 2000,
  payloadBytes: 250,
  starts: 10,
  lists: 300,
  idleMs: 3000,
};

/** Enough to see that everything still runs and in which order of magnitude; too short to compare by. */
export const quickPlan: Plan = {
  ...fullPlan,
  rounds: 1,
  warmUpMs: 300,
  durationMs: 400,
  starts: 2,
  lists: 20,
  idleMs: 300,
};

/**
 * For two that are compared with each other round by round: shorter rounds and more of them, so that each pair finds the
 * machine in the same state.
 */
export function pairedPlan(plan: Plan): Plan {
  const { rounds, warmUpMs, durationMs } = plan;
  return {
    ...plan,
    connections: [1, 16],
    rounds: rounds * 3,
    warmUpMs: warmUpMs / 2,
    durationMs: durationMs / 2,
  };
}

/**
 * The contenders in the order of this round: rotated by one each round, so that what the machine does besides, and
 * what a contender leaves behind, falls on each in turn.
 */
export function orderOf<T>(contenders: readonly T[], round: number): T[] {
  const start = round % contenders.length;
  return [...contenders.slice(start), ...contenders.slice(0, start)];
}

export function jobOf(plan: Plan, target: Job['target'], connections: number): Job {
  const { warmUpMs, durationMs, payloadBytes } = plan;
  return { target, connections, warmUpMs, durationMs, payloadBytes };
}
