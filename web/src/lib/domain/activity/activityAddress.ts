import { formatQuery, parseQuery, type QueryTerm } from 'lmcp-gateway/src/audit/query/parseQuery.ts';

/** What Activity shows; it is kept in the page's address, so that it survives a reload and can be passed on. */
export interface ActivityView {
  readonly query: string;
  /** Each line of the log instead of one row a call. */
  readonly everyLine: boolean;
  readonly follow: boolean;
}

export function readView(parameters: Pick<URLSearchParams, 'get'>): ActivityView {
  return {
    query: parameters.get('q') ?? '',
    everyLine: parameters.get('lines') === 'all',
    follow: parameters.get('follow') !== 'off',
  };
}

/** The address's query for a view: `''` or `?…`, always in the same order. */
export function viewAddress({ query, everyLine, follow }: Partial<ActivityView>): '' | `?${string}` {
  const parameters = new URLSearchParams();
  if (query !== undefined && query !== '') parameters.set('q', query);
  if (everyLine === true) parameters.set('lines', 'all');
  if (follow === false) parameters.set('follow', 'off');
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}

/** The address of Activity with some terms, as in `activityOf({ client: 'codex', outcome: 'denied' })`. */
export function activityOf(values: Partial<Record<QueryTerm['key'], string>>): '' | `?${string}` {
  const terms = (Object.entries(values) as [QueryTerm['key'], string][]).map(([key, value]) => ({
    key,
    value,
    negated: false,
  }));
  return viewAddress({ query: formatQuery(terms) });
}

/** Whether single lines are meant: a call has several, and a query that names an event or one call asks for them. */
export function asksForLines(terms: readonly QueryTerm[]): boolean {
  return terms.some(({ key, negated }) => !negated && (key === 'event' || key === 'call'));
}

const oldNames = ['client', 'server', 'tool', 'reason', 'call'] as const;

/** The address's query for the filters that the pages Live and Audit had. */
export function addressOfOldFilter(parameters: Pick<URLSearchParams, 'get'>): '' | `?${string}` {
  const of = (key: QueryTerm['key'], value: string | null | undefined): QueryTerm[] =>
    value ? [{ key, value, negated: false }] : [];
  const allowed = parameters.get('allowed');
  const terms: QueryTerm[] = [
    ...(parameters.get('event') ?? '').split(',').flatMap((event) => of('event', event)),
    ...oldNames.flatMap((name) => of(name, parameters.get(name))),
    ...(allowed === null ? [] : [{ key: 'outcome' as const, value: 'denied', negated: allowed === 'true' }]),
    ...of('since', parameters.get('from')),
    ...of('until', parameters.get('to')),
    ...of('text', parameters.get('text')),
  ];
  return viewAddress({ query: formatQuery(parseQuery(formatQuery(terms)).terms) });
}
