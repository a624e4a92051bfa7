import type { ContainerFigures, StartRow } from '../containers/measureContainers.ts';
import { median } from './statistics.ts';
import type { Row } from './summary.ts';
import { renderTable } from './table.ts';
import { verdict } from './verdict.ts';

/** What a container may cost at most: a warm call in units of a call into a process, a start in units of `docker run -i`, a call after a kill in ms. */
const aims = { warmCall: 1.3, start: 1, afterKillMs: 500 } as const;

export interface ContainerRatios {
  /** p50 of a call into a container over p50 of one into a process: in each round, then the median of the rounds. */
  readonly warmCalls: readonly { readonly connections: number; readonly ratio: number }[];
  /** Start to first reply over that of each form of `docker run -i`. */
  readonly starts: readonly { readonly against: string; readonly ratio: number }[];
}

/** `rows` in pairs, process first; the first of `starts` is LMCP's. */
export function containerRatios({ rows, starts }: ContainerFigures): ContainerRatios {
  const warmCalls = rows.flatMap((row, index) => {
    const container = rows[index + 1];
    if (index % 2 !== 0 || container === undefined) return [];
    return [{ connections: row.connections, ratio: pairedRatio(container, row) }];
  });
  const [ours, ...others] = starts;
  return {
    warmCalls,
    starts: others.map(({ name, medianMs }) => ({
      against: name,
      ratio: (ours?.medianMs ?? Number.NaN) / medianMs,
    })),
  };
}

function pairedRatio(above: Row, below: Row): number {
  return median(above.samples.map(({ p50Ms }, round) => p50Ms / (below.samples[round]?.p50Ms ?? Number.NaN)));
}

export function renderContainers(figures: ContainerFigures): string {
  const { warmCalls, starts } = containerRatios(figures);
  const afterKill = median(figures.afterKill);
  const calls = warmCalls.map(
    ({ connections, ratio }) =>
      `  a call into a container takes ${ratio.toFixed(2)} times one into a process (p50, ${connections} concurrent)${verdict(ratio, aims.warmCall)}`,
  );
  const beside = starts.map(
    ({ against, ratio }) =>
      `  start to first reply takes ${ratio.toFixed(2)} times that of ${against}${verdict(ratio, aims.start)}`,
  );
  const killed =
    `  the first call after its container was killed takes ${afterKill.toFixed(0)} ms (worst ` +
    `${Math.max(...figures.afterKill).toFixed(0)})${verdict(afterKill, aims.afterKillMs)}`;
  const times = figures.starts.map(startLine).join('\n');
  return `${renderTable(figures.rows)}\n\nStart to first reply, median (best) ms\n${times}\n\nContainers\n${[...calls, ...beside, killed].join('\n')}`;
}

function startLine({ name, medianMs, bestMs }: StartRow): string {
  return `  ${name.padEnd(24)}  ${medianMs.toFixed(0)} (${bestMs.toFixed(0)})`;
}
