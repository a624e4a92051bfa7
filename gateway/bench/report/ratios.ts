import type { Row } from './summary.ts';

/** LMCP against another contender at the same number of connections; medians over medians. */
export interface Ratio {
  readonly connections: number;
  readonly contender: string;
  readonly against: string;
  /** Above 1: LMCP answers more calls in the same time. */
  readonly callsPerSecond: number;
  /** Below 1: LMCP spends less CPU on a call; null against the direct server. */
  readonly cpuPerCall: number | null;
}

/** Each of our rows against the direct server, each peer, and our other form. */
export function ratiosOf(rows: readonly Row[]): Ratio[] {
  return rows
    .filter((row) => row.kind === 'lmcp')
    .flatMap((ours) =>
      rows
        .filter((other) => other.connections === ours.connections && other !== ours)
        .map((other) => ratioOf(ours, other)),
    );
}

function ratioOf(ours: Row, other: Row): Ratio {
  const cpu = [ours.cpuMsPerCall?.median, other.cpuMsPerCall?.median] as const;
  return {
    connections: ours.connections,
    contender: ours.contender,
    against: other.contender,
    callsPerSecond: ours.callsPerSecond.median / other.callsPerSecond.median,
    cpuPerCall: cpu[0] === undefined || cpu[1] === undefined ? null : cpu[0] / cpu[1],
  };
}
