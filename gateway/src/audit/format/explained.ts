import type { AuditEntry, AuditLine } from '../types.ts';

/**
 * Bytes inside a segment that are no lines of the chain: what a crash or a full disk left of a write. They are
 * directly before the `audit_recovered` line that names them; the newline that ends them is not counted.
 */
export interface Torn {
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * The end of an earlier segment, from `offset` on, that does not belong to the chain: lines whose durability was never
 * confirmed, or bytes that somebody else wrote. Named by the first good line of a later segment.
 */
export interface Left extends Torn {
  readonly file: string;
  readonly offset: number;
}

/** The entry that explains bytes which are no lines of the chain, where there are any. */
export function explanation(torn: Torn | undefined, left: readonly Left[]): AuditEntry[] {
  if (torn === undefined && left.length === 0) return [];
  const detail = { ...(torn === undefined ? {} : { torn }), ...(left.length === 0 ? {} : { left }) };
  return [{ event: 'audit_recovered', detail }];
}

/** The torn bytes that this line explains. */
export function tornOf(line: AuditLine): Torn | undefined {
  const torn = line.event === 'audit_recovered' ? line.detail?.['torn'] : undefined;
  return isTorn(torn) ? torn : undefined;
}

/** The ends of earlier segments that this line explains. */
export function leftOf(line: AuditLine): readonly Left[] {
  const left = line.event === 'audit_recovered' ? line.detail?.['left'] : undefined;
  return Array.isArray(left) ? left.filter(isLeft) : [];
}

function isTorn(value: unknown): value is Torn {
  if (typeof value !== 'object' || value === null) return false;
  const torn = value as Record<string, unknown>;
  return Number.isSafeInteger(torn['bytes']) && typeof torn['sha256'] === 'string';
}

function isLeft(value: unknown): value is Left {
  if (!isTorn(value)) return false;
  const left = value as Partial<Left>;
  return typeof left.file === 'string' && Number.isSafeInteger(left.offset);
}
