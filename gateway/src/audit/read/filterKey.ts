import { hash } from 'node:crypto';
import type { AuditFilter } from './filter.ts';

/** The same for two filters that mean the same. */
export function filterKey(filter: AuditFilter): string {
  const { events, ...others } = filter;
  const entries = Object.entries(others).sort(([a], [b]) => (a < b ? -1 : 1));
  return hash('sha256', JSON.stringify([events?.toSorted() ?? null, entries]), 'base64url').slice(0, 16);
}
