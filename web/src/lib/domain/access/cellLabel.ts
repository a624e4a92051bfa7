import type { AccessCell } from 'lmcp-gateway/src/api/access.ts';

/** What a cell of the matrix says: `all`, `7 of 12`, `some`, `none`, and how many tools are pending approval. */
export function cellLabel(cell: AccessCell): string {
  const pending = (cell.pending_count ?? 0) > 0 ? `, ${String(cell.pending_count)} pending` : '';
  const counted = cell.access === 'some' && cell.allowed_count !== null && cell.total_count !== null;
  const share = counted ? `${String(cell.allowed_count)} of ${String(cell.total_count)}` : cell.access;
  return `${share}${pending}`;
}
