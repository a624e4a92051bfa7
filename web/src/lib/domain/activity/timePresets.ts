import type { QueryTerm } from 'lmcp-gateway/src/audit/query/parseQuery.ts';

/** Ranges of time that one choice sets; the value is what `since:` and `until:` say. */
export const timePresets = [
  { name: 'Any time', since: '', until: '' },
  { name: 'Last 15 minutes', since: '15m', until: '' },
  { name: 'Last hour', since: '1h', until: '' },
  { name: 'Last 24 hours', since: '24h', until: '' },
  { name: 'Today', since: 'today', until: '' },
  { name: 'Yesterday', since: 'yesterday', until: 'today' },
  { name: 'Last 7 days', since: '7d', until: '' },
  { name: 'Last 30 days', since: '30d', until: '' },
] as const;

/** The name of the preset that the terms are; `Custom` for any other range. */
export function presetOf(terms: readonly QueryTerm[]): string {
  const [since, until] = (['since', 'until'] as const).map((key) =>
    terms.flatMap((term) => (term.key === key ? [term.value] : [])).join(' '),
  );
  return timePresets.find((preset) => preset.since === since && preset.until === until)?.name ?? 'Custom';
}

/** The terms with another range of time; an empty end is open. */
export function withRange(terms: readonly QueryTerm[], since: string, until: string): readonly QueryTerm[] {
  const range: QueryTerm[] = [
    { key: 'since', value: since, negated: false },
    { key: 'until', value: until, negated: false },
  ];
  return [
    ...terms.filter(({ key }) => key !== 'since' && key !== 'until'),
    ...range.filter(({ value }) => value !== ''),
  ];
}

/** An instant as a query says it: the reader's own time, to the second. */
export function queryInstant(at: number): string {
  const date = new Date(at);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${String(date.getFullYear())}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const seconds = date.getSeconds() === 0 ? '' : `:${two(date.getSeconds())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}${seconds}`;
}
