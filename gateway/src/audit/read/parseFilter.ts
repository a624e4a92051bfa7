import { auditEvents, type AuditEvent } from '../events.ts';
import { parseQuery, type QueryTerm } from '../query/parseQuery.ts';
import type { AuditFilter } from './filter.ts';

/** The filters by name, as a query and a command line give them. */
export const auditFilterNames = [
  'event',
  'client',
  'server',
  'tool',
  'allowed',
  'reason',
  'call',
  'from',
  'to',
  'text',
  'query',
  'outcomes',
] as const;

export type AuditFilterName = (typeof auditFilterNames)[number];

/** Each filter as text; `event` may name several, comma-separated. */
export type AuditFilterTexts = { readonly [Name in AuditFilterName]?: string | undefined };

export type ParsedFilter =
  | { readonly ok: true; readonly filter: AuditFilter }
  | { readonly ok: false; readonly name: AuditFilterName; readonly message: string };

/** What the texts ask for; the first one that is invalid is named with what to write instead. */
export function parseAuditFilter(texts: AuditFilterTexts): ParsedFilter {
  const { event, allowed, from, to, outcomes } = texts;
  const names = event?.split(',') ?? [];
  const unknown = names.find((name) => !isAuditEvent(name));
  if (unknown !== undefined) {
    const message = `unknown event ${JSON.stringify(unknown.slice(0, 80))}; expected ${auditEvents.join(', ')}`;
    return { ok: false, name: 'event', message };
  }
  if (allowed !== undefined && allowed !== 'true' && allowed !== 'false') {
    return { ok: false, name: 'allowed', message: 'expected true or false' };
  }
  if (outcomes !== undefined && outcomes !== 'true') {
    return { ok: false, name: 'outcomes', message: 'expected true' };
  }
  const query = readQuery(texts.query);
  if (typeof query === 'string') return { ok: false, name: 'query', message: query };
  const [start, end] = [instantOf(from), instantOf(to)];
  if (start === null) return { ok: false, name: 'from', message: instantMessage };
  if (end === null) return { ok: false, name: 'to', message: instantMessage };
  return {
    ok: true,
    filter: {
      ...exactFilters(texts),
      ...(event !== undefined && { events: names.filter(isAuditEvent) }),
      ...(allowed !== undefined && { allowed: allowed === 'true' }),
      ...(start !== undefined && { from: start }),
      ...(end !== undefined && { to: end }),
      ...(query.length > 0 && { query }),
      ...(outcomes !== undefined && { outcomes: true }),
    },
  };
}

/** The terms, or what is wrong. Times have filters of their own: a cursor must not depend on when it is used. */
function readQuery(text = ''): readonly QueryTerm[] | string {
  const { terms, problems } = parseQuery(text);
  if (problems[0] !== undefined) return problems[0];
  const timed = terms.some(({ key }) => key === 'since' || key === 'until');
  return timed ? 'give times by "from" and "to"' : terms;
}

function exactFilters(texts: AuditFilterTexts): AuditFilter {
  const exact = (['client', 'server', 'tool', 'reason', 'call', 'text'] as const).flatMap((name) => {
    const value = texts[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(exact);
}

function isAuditEvent(name: string): name is AuditEvent {
  return (auditEvents as readonly string[]).includes(name);
}

const instantMessage = 'expected an instant as in 2026-05-01T13:00:00Z';

/** RFC 3339 section 5.6, as far as people write it: a date, or a date with a time and a zone. */
const instant = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2}))?$/i;

/** In the form of `ts`; null for an invalid one. */
function instantOf(value: string | undefined): string | null | undefined {
  if (value === undefined) return undefined;
  const at = instant.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? null : new Date(at).toISOString();
}
