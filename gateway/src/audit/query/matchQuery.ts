import type { AuditEvent } from '../events.ts';
import type { AuditLine } from '../types.ts';
import type { QueryKey, QueryTerm } from './parseQuery.ts';

/** What a term is compared with; null where a line has nothing of the kind. */
export type QueryFacts = (key: Exclude<QueryKey, 'since' | 'until'>) => string | null;

/** Whether a line passes, by its facts and its text. Times are not looked at: `takeTimes` turns them into a range. */
export function matchesTerms(
  terms: readonly QueryTerm[],
  facts: QueryFacts,
  hasText: (text: string) => boolean,
): boolean {
  const wanted = new Map<string, boolean>();
  for (const { key, value, negated } of terms) {
    if (key === 'since' || key === 'until') continue;
    const holds = key === 'text' ? hasText(value) : isMatch(key, value, facts(key));
    if (negated ? holds : key === 'text' && !holds) return false;
    if (!negated && key !== 'text') wanted.set(key, wanted.get(key) === true || holds);
  }
  return [...wanted.values()].every((holds) => holds);
}

function isMatch(key: QueryKey, pattern: string, value: string | null): boolean {
  if (value === null) return false;
  if (key === 'outcome' && pattern === 'failed') return value !== 'ok' && value !== 'denied';
  return matchesWildcard(pattern, value);
}

/** `*` stands for any text. Without backtracking: each part is sought behind the one before it. */
export function matchesWildcard(pattern: string, value: string): boolean {
  const parts = pattern.toWellFormed().split('*');
  if (parts.length === 1) return parts[0] === value;
  const [first = '', last = ''] = [parts[0], parts.at(-1)];
  if (value.length < first.length + last.length || !value.startsWith(first) || !value.endsWith(last))
    return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = value.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= value.length - last.length;
}

/** The facts of a parsed line. */
export function factsOf(line: AuditLine): QueryFacts {
  return (key) => {
    switch (key) {
      case 'client':
        return line.client_id;
      case 'server':
        return line.server_id;
      case 'tool':
        return line.tool_name;
      case 'outcome':
        return outcomeOf(line);
      case 'via':
        return viaOf(line);
      default:
        return line[key];
    }
  };
}

/** `denied`, or how a forwarded call ended (`ok`, `error`, `timeout`, …); null for other lines. */
export function outcomeOf({ event, allowed, detail }: AuditLine): string | null {
  if (allowed === false && checkEvents.has(event)) return 'denied';
  const outcome = detail?.['outcome'];
  return event === 'tool_result' && typeof outcome === 'string' ? outcome : null;
}

function viaOf({ client_id, detail }: AuditLine): string | null {
  const via = detail?.['via'];
  if (via === 'management') return client_id === null ? null : 'playground';
  return via === 'search' ? 'search' : null;
}

/** The checks of a request; where one denies, nothing follows. */
export const checkEvents: ReadonlySet<AuditEvent> = new Set([
  'client_auth',
  'management_auth',
  'server_auth',
  'tool_authz',
  'rate_limited',
  'http_rejected',
]);

/** What happens between the checks of a call and its outcome. */
const stepEvents: ReadonlySet<AuditEvent> = new Set([
  'client_notification',
  'client_request',
  'client_request_result',
  'server_error',
]);

/**
 * Whether a line says how something ended: a call by its outcome or by the check that denied it, anything else by its only line.
 * What leads there, the passed checks and the steps of a call, does not.
 */
export function isOutcomeLine({
  event,
  allowed,
  call,
}: Pick<AuditLine, 'event' | 'allowed' | 'call'>): boolean {
  if (checkEvents.has(event)) return allowed === false;
  return call === null || !stepEvents.has(event);
}
