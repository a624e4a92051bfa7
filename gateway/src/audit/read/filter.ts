import { jsonString } from '../format/jsonText.ts';
import type { AuditEvent } from '../events.ts';
import { isOutcomeLine, matchesTerms } from '../query/matchQuery.ts';
import type { QueryTerm } from '../query/parseQuery.ts';
import { headValue, rawFactsOf } from '../query/rawFacts.ts';

/** Which lines are wanted; whatever is given must hold. */
export interface AuditFilter {
  /** Any of them. */
  readonly events?: readonly AuditEvent[];
  readonly client?: string;
  readonly server?: string;
  readonly tool?: string;
  readonly allowed?: boolean;
  readonly reason?: string;
  /** All lines of one request. */
  readonly call?: string;
  /** As `ts` is written (UTC, milliseconds): the first instant wanted. */
  readonly from?: string;
  /** The first instant that is not wanted any more. */
  readonly to?: string;
  /** A part of the line as it is in the file, any case. */
  readonly text?: string;
  /** The terms of a query without its times. */
  readonly query?: readonly QueryTerm[];
  /** Only the line that says how a call ended, and lines that belong to no call. */
  readonly outcomes?: true;
}

/** A filter made ready for lines as they are in the file, one character a byte (latin1), without their newline. */
export interface LineTest {
  /** Every line that passes contains this; null where there is no such text. */
  readonly anchor: string | null;
  readonly passes: (line: string) => boolean;
}

const TS_LENGTH = 24;
const afterTs = '","event":"';
const detailKey = ',"detail":';
const beyondAscii = /[\x80-\xff]/;

/**
 * Tests lines without parsing them. A line of the log has its keys in a fixed order and no unescaped quote inside a value, so
 * that `"client_id":"x",` before the first `,"detail":` can be nothing but the client.
 */
export function lineTest(filter: AuditFilter): LineTest {
  const fields = fieldTexts(filter);
  const events = filter.events && new Set<string>(filter.events);
  const hasText = textTest(filter.text ?? '');
  const headMatters = events !== undefined || filter.from !== undefined || filter.to !== undefined;
  return {
    anchor: fields[0] ?? null,
    passes: (line) => {
      if (!isLogLine(line)) return false;
      const detail = line.indexOf(detailKey);
      for (const field of fields) {
        const at = line.indexOf(field);
        if (at < 0 || at > detail) return false;
      }
      return (
        (!headMatters || headPasses(line, filter, events)) &&
        hasText(line) &&
        (filter.outcomes === undefined || isOutcome(line)) &&
        (filter.query === undefined ||
          matchesTerms(filter.query, rawFactsOf(line), (text) => textTest(text)(line)))
      );
    },
  };
}

/** The rarest first: a search leaps from one occurrence of it to the next. */
function fieldTexts(filter: AuditFilter): string[] {
  const { call, tool, reason, client, server, allowed, events = [] } = { ...exactTerms(filter), ...filter };
  const named = [
    ['call', call],
    ['tool_name', tool],
    ['reason', reason],
    ['client_id', client],
    ['server_id', server],
    ['event', events.length === 1 ? events[0] : undefined],
  ] as const;
  const fields = named.flatMap(([key, value]) =>
    value === undefined ? [] : [`"${key}":${inBytes(jsonString(value))},`],
  );
  return allowed === undefined ? fields : [...fields, `"allowed":${allowed},`];
}

/** The terms that name one value and have no alternative: what passes contains it, so that a search can leap to it. */
function exactTerms({ query = [] }: AuditFilter): {
  -readonly [Key in 'client' | 'server' | 'tool' | 'reason' | 'call']?: string;
} {
  const exact: ReturnType<typeof exactTerms> = {};
  for (const key of ['client', 'server', 'tool', 'reason', 'call'] as const) {
    const [term, ...others] = query.filter((one) => one.key === key && !one.negated);
    if (term !== undefined && others.length === 0 && !term.value.includes('*')) exact[key] = term.value;
  }
  return exact;
}

/** Whether a raw line looks like one of the writer; what somebody else wrote into the log is left out of every search. */
export function isLogLine(line: string): boolean {
  return line.startsWith('{"seq":') && line.endsWith('}') && line.includes(detailKey);
}

/** `isOutcomeLine` of a raw line. */
export function isOutcome(line: string): boolean {
  const allowed = headValue(line, 'allowed');
  return isOutcomeLine({
    event: headValue(line, 'event').slice(1, -1) as AuditEvent,
    allowed: allowed === 'null' ? null : allowed === 'true',
    call: headValue(line, 'call') === 'null' ? null : '',
  });
}

function headPasses(line: string, { from, to }: AuditFilter, events: Set<string> | undefined): boolean {
  const at = line.indexOf('"ts":"') + 6;
  const ts = lineInstant(line);
  if ((from !== undefined && ts < from) || (to !== undefined && ts >= to)) return false;
  if (events === undefined) return true;
  const event = at + TS_LENGTH + afterTs.length;
  return events.has(line.slice(event, line.indexOf('"', event)));
}

/** The `ts` of a raw line. */
export function lineInstant(line: string): string {
  const at = line.indexOf('"ts":"') + 6;
  return line.slice(at, at + TS_LENGTH);
}

function textTest(text: string): (line: string) => boolean {
  if (text === '') return () => true;
  const wanted = text.toLowerCase();
  return (line) => (beyondAscii.test(line) ? inUtf8(line) : line).toLowerCase().includes(wanted);
}

function inBytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

function inUtf8(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
