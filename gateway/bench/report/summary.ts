import type { Contender } from '../contenders/contender.ts';
import { median } from './statistics.ts';

/** One contender in one round at one number of connections. */
export interface Sample {
  readonly calls: number;
  readonly callsPerSecond: number;
  /** CPU of the gateway's processes, user and system, without the server behind it; null where there is no gateway. */
  readonly cpuMsPerCall: number | null;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly rssMib: number | null;
  /** How busy the load generator's own process was: 1 is a whole core. */
  readonly generatorLoad: number;
}

/** Best and median over the rounds, each figure for itself. */
export interface Figure {
  readonly best: number;
  readonly median: number;
}

export interface Row {
  readonly contender: string;
  readonly kind: Contender['kind'];
  readonly connections: number;
  readonly cpuMsPerCall: Figure | null;
  readonly callsPerSecond: Figure;
  readonly p50Ms: Figure;
  readonly p99Ms: Figure;
  readonly rssMib: Figure | null;
  readonly samples: readonly Sample[];
}

/** `samples`: one a round, not empty. */
export function summarize(
  { name, kind }: Pick<Contender, 'name' | 'kind'>,
  connections: number,
  samples: readonly Sample[],
): Row {
  return {
    contender: name,
    kind,
    connections,
    cpuMsPerCall: lowest(samples.map((sample) => sample.cpuMsPerCall)),
    callsPerSecond: highest(samples.map((sample) => sample.callsPerSecond)),
    p50Ms: least(samples.map((sample) => sample.p50Ms)),
    p99Ms: least(samples.map((sample) => sample.p99Ms)),
    rssMib: lowest(samples.map((sample) => sample.rssMib)),
    samples,
  };
}

function highest(values: readonly number[]): Figure {
  return { best: Math.max(...values), median: median(values) };
}

/** Of values of which the least is the best; not empty. */
export function least(values: readonly number[]): Figure {
  return { best: Math.min(...values), median: median(values) };
}

function lowest(values: readonly (number | null)[]): Figure | null {
  const present = values.filter((value) => value !== null);
  return present.length === 0 ? null : least(present);
}
