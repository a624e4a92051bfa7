import type { AuditLine } from '../types.ts';

/** The number of occurrences that a line represents: 1, or `detail.count` if it counts repeats. */
export function repeatCount({ detail }: Pick<AuditLine, 'detail'>): number {
  const count = detail?.['count'];
  return typeof count === 'number' && Number.isSafeInteger(count) && count > 0 ? count : 1;
}

/** Whether a line counts repeats. */
export function isCounted({ detail }: Pick<AuditLine, 'detail'>): boolean {
  return typeof detail?.['count'] === 'number';
}
