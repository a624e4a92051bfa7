import type { QueryTerm } from './parseQuery.ts';

const unitMs: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};
const ago = /^(\d{1,5})([smhdw])$/;
/** RFC 3339 as people write it; without a zone it is the reader's own time. */
const written = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})?)?$/;

/**
 * The instant that the value of `since:` or `until:` names, in milliseconds since the Unix epoch; null where it names none.
 * @param now milliseconds since the Unix epoch
 */
export function parseInstant(value: string, now: number): number | null {
  const [, count, unit = ''] = ago.exec(value) ?? [];
  if (count !== undefined) return now - Number(count) * (unitMs[unit] ?? 0);
  if (value === 'today' || value === 'yesterday') {
    const day = new Date(now);
    day.setHours(0, 0, 0, 0);
    if (value === 'yesterday') day.setDate(day.getDate() - 1);
    return day.getTime();
  }
  if (!written.test(value)) return null;
  // ECMAScript reads a date alone as UTC, a date with a time as local.
  const at = Date.parse(value.length === 10 ? `${value}T00:00` : value);
  return Number.isNaN(at) ? null : at;
}

export interface TimedTerms {
  readonly terms: readonly QueryTerm[];
  /** The first instant wanted, in the form of `ts`. */
  readonly from?: string;
  /** The first instant that is not wanted any more. */
  readonly to?: string;
}

/** Replaces `since:` and `until:` by the instants that they mean now; of several the narrowest holds. */
export function takeTimes(terms: readonly QueryTerm[], now: number): TimedTerms {
  const instants = (key: 'since' | 'until'): number[] =>
    terms.flatMap((term) => (term.key === key ? [parseInstant(term.value, now) ?? now] : []));
  const [since, until] = [instants('since'), instants('until')];
  return {
    terms: terms.filter(({ key }) => key !== 'since' && key !== 'until'),
    ...(since.length > 0 && { from: new Date(Math.max(...since)).toISOString() }),
    ...(until.length > 0 && { to: new Date(Math.min(...until)).toISOString() }),
  };
}
