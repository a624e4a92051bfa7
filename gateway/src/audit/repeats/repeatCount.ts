import type { AuditLine } from '../types.ts';

/** How many occurrences a line stands for: 1, or `detail.count` where repeats are counted in one line. */
export function repeatCount({ detail }: Pick<AuditLine, 'detail'>): number {
  const count = detail?.['count'];
  return typeof count === 'number' && Number.isSafeInteger(count) && count > 0 ? count : 1;
}

/** Whether a line stands for repeats that were counted. */
export function isCounted({ detail }: Pick<AuditLine, 'detail'>): boolean {
  return typeof detail?.['count'] === 'number';
}
