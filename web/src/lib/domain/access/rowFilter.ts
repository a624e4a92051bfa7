import type { AccessAnswer } from 'lmcp-gateway/src/api/access.ts';
import { matchesPattern } from './bulkGrant.ts';
import { cellChanges, isProblem, matrixCell } from './matrixCell.ts';
import type { MatrixRow } from './matrixRows.ts';

interface Filters {
  /** Clients that are shown, as numbers into `after.clients`. */
  readonly clients: readonly number[];
  /** `problems`, `changed`, or empty for every row. */
  readonly only: string;
  /** Whether one client is looked at, and so what it can call. */
  readonly viewAs: boolean;
}

const callable = new Set(['all', 'some']);

/** Which rows are kept: where it holds for any client shown. Undefined keeps all. */
export function rowFilter(
  before: AccessAnswer,
  after: AccessAnswer,
  { clients, only, viewAs }: Filters,
): ((row: MatrixRow) => boolean) | undefined {
  const any =
    (holds: (client: number, row: MatrixRow) => boolean) =>
    (row: MatrixRow): boolean =>
      clients.some((client) => holds(client, row));
  if (only === 'problems') return any((client, row) => isProblem(after, client, row));
  if (only === 'changed') return any((client, row) => cellChanges(before, after, client, row));
  if (!viewAs) return undefined;
  return any((client, row) => callable.has(matrixCell(after, client, row).access));
}

/** Whether a name contains what was typed; wildcards are understood where there are any. Nothing typed matches all. */
export function nameMatches(typed: string, name: string): boolean {
  if (typed === '') return true;
  if (/[*?]/.test(typed)) return matchesPattern(typed, name);
  const pattern = typed.replaceAll(/[^,]+/g, (part) => `*${part.trim()}*`);
  return matchesPattern(pattern, name);
}
