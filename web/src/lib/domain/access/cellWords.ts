import type { AccessCell } from 'lmcp-gateway/src/api/types.ts';

/** What a cell of the matrix says: `all`, `7 of 12`, `some`, `none`. */
export function cellWords(cell: AccessCell): string {
  if (cell.access !== 'some' || cell.allowed_count === null || cell.total_count === null) return cell.access;
  return `${String(cell.allowed_count)} of ${String(cell.total_count)}`;
}
