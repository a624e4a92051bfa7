import { auditEvents } from '../events.ts';
import { parseInstant } from './queryTimes.ts';

/** What a term of a query is about. `text` is a word without a key: a part of the line. */
export const queryKeys = [
  'client',
  'server',
  'tool',
  'outcome',
  'reason',
  'event',
  'via',
  'call',
  'since',
  'until',
] as const;

export type QueryKey = (typeof queryKeys)[number];

/** `failed`: every outcome of a forwarded call but `ok`. `denied`: a check denied the request. */
const queryOutcomes = [
  'ok',
  'failed',
  'denied',
  'error',
  'timeout',
  'cancelled',
  'upstream_exited',
  'too_large',
  'input_required',
] as const;

/** Who called in the client's place, or how. */
const queryVias = ['playground', 'search'] as const;

export interface QueryTerm {
  readonly key: QueryKey | 'text';
  readonly value: string;
  readonly negated: boolean;
}

export interface ParsedQuery {
  readonly terms: readonly QueryTerm[];
  /** What can't be understood, each with what to write instead; such terms are left out. */
  readonly problems: readonly string[];
}

/** One term: an optional minus, an optional key, and a word or a quoted text, which may lack its closing quote. */
const token = /(-?)(?:([a-z]+):)?(?:"((?:[^"\\]|\\[^])*)"?|(\S*))(\s*)/giy;

/**
 * Reads a query as in `client:codex tool:write_* -outcome:ok since:yesterday`. `*` stands for any text. Terms with the same key
 * are alternatives, unless they are negated; different keys must all hold.
 */
export function parseQuery(text: string): ParsedQuery {
  const terms: QueryTerm[] = [];
  const problems: string[] = [];
  for (const term of tokensOf(text)) {
    const problem = problemOf(term);
    if (problem !== null) problems.push(problem);
    else if (!terms.some((other) => isSameTerm(other, term as QueryTerm))) terms.push(term as QueryTerm);
  }
  return { terms, problems };
}

/** The text of a query that `parseQuery` reads as these terms. */
export function formatQuery(terms: readonly QueryTerm[]): string {
  return terms.map(formatTerm).join(' ');
}

export function formatTerm({ key, value, negated }: QueryTerm): string {
  const bare = /^[^\s"\\:-][^\s"\\:]*$/.test(value) || (key !== 'text' && /^[^\s"\\]+$/.test(value));
  const written = bare ? value : `"${value.replaceAll(/["\\]/g, '\\$&')}"`;
  return `${negated ? '-' : ''}${key === 'text' ? '' : `${key}:`}${written}`;
}

export function isSameTerm(a: QueryTerm, b: QueryTerm): boolean {
  return a.key === b.key && a.value === b.value && a.negated === b.negated;
}

interface Token {
  readonly key: string;
  readonly value: string;
  readonly negated: boolean;
}

function tokensOf(text: string): Token[] {
  const found: Token[] = [];
  token.lastIndex = text.length - text.trimStart().length;
  while (token.lastIndex < text.length) {
    const [, minus = '', key = 'text', quoted, bare = ''] = token.exec(text) ?? [];
    const value = quoted?.replaceAll(/\\([^])/g, '$1') ?? bare;
    found.push({ key: key.toLowerCase(), value, negated: minus !== '' });
  }
  return found;
}

function problemOf({ key, value, negated }: Token): string | null {
  if (key === 'text') return value === '' ? 'empty term: write a word, or a filter as in client:codex' : null;
  if (!isQueryKey(key))
    return `unknown filter "${key}": expected ${queryKeys.join(', ')}; quote a text that has a colon`;
  if (value === '') return `${key}: lacks a value`;
  if (key === 'since' || key === 'until') {
    if (negated) return `-${key}: a time can't be negated; use ${key === 'since' ? 'until' : 'since'}`;
    return parseInstant(value, 0) === null
      ? `${key}: expected a time as in 1h, 7d, today, yesterday, 2026-05-01 or 2026-05-01T13:00`
      : null;
  }
  const known = closedValues[key];
  return known === undefined || value.includes('*') || known.includes(value)
    ? null
    : `${key}: unknown value; expected ${known.join(', ')}`;
}

function isQueryKey(key: string): key is QueryKey {
  return (queryKeys as readonly string[]).includes(key);
}

/** The keys whose values are known beforehand. */
export const closedValues: { readonly [Key in QueryKey]?: readonly string[] } = {
  outcome: queryOutcomes,
  event: auditEvents,
  via: queryVias,
};
