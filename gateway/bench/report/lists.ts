import type { ListRow } from '../lists/measureLists.ts';
import { align, cell } from './table.ts';
import { verdict } from './verdict.ts';

/** Milliseconds that a warm list takes at most, p99. */
const aim = 10;
const columns = [
  '',
  'tools',
  'MiB',
  'first ever ms',
  'after a restart ms',
  'processes then',
  'warm p50 ms',
  'warm p99 ms',
  'p99 during calls ms',
] as const;

/** The rows as a person reads them, "median (best)" in each cell. */
export function renderLists(rows: readonly ListRow[]): string {
  const verdicts = rows.map(({ name, warmP99Ms: { median } }) => {
    return `  a warm list of ${name} takes ${median.toFixed(1)} ms (p99)${verdict(median, aim)}`;
  });
  return `Lists, median (best)\n${align([[...columns], ...rows.map(cellsOf)])}\n${verdicts.join('\n')}`;
}

function cellsOf(row: ListRow): string[] {
  return [
    row.name,
    String(row.tools),
    (row.bytes / 1024 ** 2).toFixed(2),
    cell(row.firstEverMs, 0),
    cell(row.afterRestartMs, 0),
    String(row.processes),
    cell(row.warmP50Ms, 1),
    cell(row.warmP99Ms, 1),
    cell(row.duringCallsP99Ms, 1),
  ];
}
