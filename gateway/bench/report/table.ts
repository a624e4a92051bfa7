import type { Ratio } from './ratios.ts';
import type { Figure, Row } from './summary.ts';

const columns = ['', 'CPU-ms a call', 'calls/s', 'p50 ms', 'p99 ms', 'RSS MiB'] as const;

/** The rows as a person reads them: a block for each number of connections, "median (best)" in each cell. */
export function renderTable(rows: readonly Row[]): string {
  return levelsOf(rows)
    .map((connections) => {
      const block = rows.filter((row) => row.connections === connections).map(cellsOf);
      return `${title(connections)}, median (best)\n${align([[...columns], ...block])}`;
    })
    .join('\n\n');
}

/** One line a comparison, by number of connections. */
export function renderRatios(ratios: readonly Ratio[]): string {
  return levelsOf(ratios)
    .map((connections) => {
      const lines = ratios.filter((ratio) => ratio.connections === connections).map(sentence);
      return `${title(connections)}\n${lines.join('\n')}`;
    })
    .join('\n\n');
}

function cellsOf(row: Row): string[] {
  return [
    row.contender,
    cell(row.cpuMsPerCall, 3),
    cell(row.callsPerSecond, 0),
    cell(row.p50Ms, 2),
    cell(row.p99Ms, 2),
    cell(row.rssMib, 0),
  ];
}

export function cell(figure: Figure | null, digits: number): string {
  return figure === null ? '-' : `${figure.median.toFixed(digits)} (${figure.best.toFixed(digits)})`;
}

/** First column to the left, figures to the right, two spaces between. */
export function align(lines: readonly (readonly string[])[]): string {
  const widths = (lines[0] ?? []).map((_, column) =>
    Math.max(...lines.map((line) => line[column]?.length ?? 0)),
  );
  return lines
    .map((line) =>
      line
        .map((text, column) =>
          column === 0 ? text.padEnd(widths[0] ?? 0) : text.padStart(widths[column] ?? 0),
        )
        .join('  '),
    )
    .join('\n');
}

function sentence({ contender, against, callsPerSecond, cpuPerCall }: Ratio): string {
  const cpu = cpuPerCall === null ? '' : `, ${cpuPerCall.toFixed(2)} times its CPU a call`;
  return `  ${contender}: ${callsPerSecond.toFixed(2)} times the calls/s of ${against}${cpu}`;
}

function title(connections: number): string {
  return connections === 1 ? '1 connection' : `${connections} connections`;
}

function levelsOf(rows: readonly { readonly connections: number }[]): number[] {
  return [...new Set(rows.map((row) => row.connections))];
}
