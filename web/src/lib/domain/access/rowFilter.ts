import type { AccessAnswer } from 'lmcp-gateway/src/api/access.ts';
import { matchesPattern } from './bulkGrant.ts';
import { cellBefore, cellChanges, isProblem, matrixCell } from './matrixCell.ts';
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

/**
 * Which rows are kept: where it holds for any client shown, with the pending changes or without. So a change takes no row away.
 * Undefined keeps all.
 */
export function rowFilter(
  now: AccessAnswer,
  staged: AccessAnswer,
  { clients, only, viewAs }: Filters,
): ((row: MatrixRow) => boolean) | undefined {
  const any =
    (holds: (client: number, row: MatrixRow) => boolean) =>
    (row: MatrixRow): boolean =>
      clients.some((client) => holds(client, row));
  const anyOfBoth = (holds: (access: AccessAnswer, client: number, row: MatrixRow) => boolean) =>
    any((client, row) => {
      if (holds(staged, client, row)) return true;
      const before = now === staged ? null : cellBefore(now, staged, client, row);
      return before !== null && holds(now, before.client, before.row);
    });
  if (only === 'problems') return anyOfBoth(isProblem);
  if (only === 'changed') return any((client, row) => cellChanges(now, staged, client, row));
  if (!viewAs) return undefined;
  return anyOfBoth((access, client, row) => callable.has(matrixCell(access, client, row).access));
}

/** Whether a name contains what was typed; wildcards are understood where there are any. Nothing typed matches all. */
export function nameMatches(typed: string, name: string): boolean {
  if (typed === '') return true;
  if (/[*?]/.test(typed)) return matchesPattern(typed, name);
  const pattern = typed.replaceAll(/[^,]+/g, (part) => `*${part.trim()}*`);
  return matchesPattern(pattern, name);
}
