import { auditEvents } from '../audit/events.ts';
import type { AuditFilter } from '../audit/read/filter.ts';
import type { LogPosition } from '../audit/read/search.ts';
import type { AuditEvent } from '../audit/types.ts';
import { hash } from 'node:crypto';
import { invalidQuery, readQuery } from './query.ts';
import { ApiError } from './route.ts';

const filterNames = [
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
] as const;
const maxLimit = 500;
const defaultLimit = 100;

export interface AuditPageQuery {
  readonly filter: AuditFilter;
  readonly limit: number;
  readonly before: LogPosition | undefined;
}

/** @throws ApiError 400 `invalid_query` or `invalid_cursor` */
export function pageQueryOf(query: URLSearchParams): AuditPageQuery {
  const given = readQuery(query, [...filterNames, 'cursor', 'limit']);
  const filter = filterOf(given);
  const cursor = given.get('cursor');
  return {
    filter,
    limit: limitOf(given.get('limit')),
    before: cursor === undefined ? undefined : positionOf(cursor, filter),
  };
}

/** @throws ApiError 400 `invalid_query` */
export function exportFilterOf(query: URLSearchParams): AuditFilter {
  return filterOf(readQuery(query, filterNames));
}

/** Names a place in the log and the filter that led to it; says nothing to anybody else. */
export function cursorOf({ segment, offset }: LogPosition, filter: AuditFilter): string {
  return Buffer.from(`${segment}.${offset}.${filterKey(filter)}`).toString('base64url');
}

/** The same for two filters that mean the same. */
export function filterKey(filter: AuditFilter): string {
  const { events, ...others } = filter;
  const entries = Object.entries(others).sort(([a], [b]) => (a < b ? -1 : 1));
  return hash('sha256', JSON.stringify([events?.toSorted() ?? null, entries]), 'base64url').slice(0, 16);
}

function positionOf(cursor: string, filter: AuditFilter): LogPosition {
  const [, segment, offset, key] =
    /^(\d{1,15})\.(\d{1,15})\.([\w-]{16})$/.exec(Buffer.from(cursor, 'base64url').toString('latin1')) ?? [];
  if (segment !== undefined && offset !== undefined && key === filterKey(filter)) {
    return { segment: Number(segment), offset: Number(offset) };
  }
  throw invalidCursor();
}

export function invalidCursor(): ApiError {
  const words = 'this cursor does not belong to these filters and this log; begin again with the first page';
  return new ApiError(400, 'invalid_cursor', words);
}

function filterOf(given: ReadonlyMap<string, string>): AuditFilter {
  const event = given.get('event');
  const allowed = given.get('allowed');
  if (allowed !== undefined && allowed !== 'true' && allowed !== 'false') {
    throw invalidQuery('allowed is true or false');
  }
  const exact = (['client', 'server', 'tool', 'reason', 'call', 'text'] as const).flatMap((name) => {
    const value = given.get(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    ...Object.fromEntries(exact),
    ...(event !== undefined && { events: event.split(',').map(eventOf) }),
    ...(allowed !== undefined && { allowed: allowed === 'true' }),
    ...instantOf('from', given),
    ...instantOf('to', given),
  };
}

function eventOf(name: string): AuditEvent {
  const event = auditEvents.find((each) => each === name);
  if (event !== undefined) return event;
  throw invalidQuery(
    `there is no event ${JSON.stringify(name.slice(0, 80))}; there are ${auditEvents.join(', ')}`,
  );
}

/** RFC 3339 section 5.6, as far as people write it: a date, or a date with a time and a zone. */
const instant = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2}))?$/i;

function instantOf(name: 'from' | 'to', given: ReadonlyMap<string, string>): AuditFilter {
  const value = given.get(name);
  if (value === undefined) return {};
  const at = instant.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(at)) throw invalidQuery(`${name} is an instant as in 2026-05-01T13:00:00Z`);
  return { [name]: new Date(at).toISOString() };
}

function limitOf(given: string | undefined): number {
  if (given === undefined) return defaultLimit;
  const limit = /^\d{1,3}$/.test(given) ? Number(given) : 0;
  if (limit >= 1 && limit <= maxLimit) return limit;
  throw invalidQuery(`limit is a whole number from 1 to ${maxLimit}`);
}
