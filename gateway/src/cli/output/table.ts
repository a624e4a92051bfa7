import { padded, shownLength } from './printer.ts';
import type { Style } from './style.ts';

/** Columns as wide as their widest cell, two spaces between, no space at the end of a line; the first row is the head. */
export function table(rows: readonly (readonly string[])[], style: Style, indent = '  '): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries())
      widths[column] = Math.max(widths[column] ?? 0, shownLength(cell));
  }
  const line = (row: readonly string[]) =>
    indent +
    row
      .map((cell, column) => padded(cell, widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return rows.map((row, at) => `${at === 0 ? style.dim(line(row)) : line(row)}\n`).join('');
}
