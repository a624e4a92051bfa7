/** A place in a grid: −1 is the row of column headers and the column of row headers. */
export interface GridPlace {
  readonly row: number;
  readonly column: number;
}

/**
 * Where a key leads in a grid with `last` as its last place (ARIA Authoring Practices, grid pattern): null for keys that do
 * not move. The corner between the headers can't be entered.
 */
export function gridMove(
  key: string,
  withControl: boolean,
  at: GridPlace,
  last: GridPlace,
): GridPlace | null {
  const to = target(key, withControl, at, last);
  if (to === null) return null;
  const row = Math.max(-1, Math.min(last.row, to.row));
  const column = Math.max(-1, Math.min(last.column, to.column));
  return row === -1 && column === -1 ? at : { row, column };
}

function target(key: string, withControl: boolean, at: GridPlace, last: GridPlace): GridPlace | null {
  const { row, column } = at;
  const page = 10;
  switch (key) {
    case 'ArrowUp':
      return { row: row - 1, column };
    case 'ArrowDown':
      return { row: row + 1, column };
    case 'ArrowLeft':
      return { row, column: column - 1 };
    case 'ArrowRight':
      return { row, column: column + 1 };
    case 'PageUp':
      return { row: row === -1 ? -1 : Math.max(0, row - page), column };
    case 'PageDown':
      return { row: row + page, column };
    case 'Home':
      return { row: withControl ? 0 : row, column: 0 };
    case 'End':
      return { row: withControl ? last.row : row, column: last.column };
    default:
      return null;
  }
}
