import type { AuditEvent } from '../events.ts';
import { checkEvents, type QueryFacts } from './matchQuery.ts';

/** Each key of a line with the one that follows it: the head of a line has a fixed order and no unescaped quote in a value. */
const spans = {
  event: [',"event":', ',"client_id":'],
  client: [',"client_id":', ',"server_id":'],
  server: [',"server_id":', ',"tool_name":'],
  tool: [',"tool_name":', ',"allowed":'],
  allowed: [',"allowed":', ',"reason":'],
  reason: [',"reason":', ',"call":'],
  call: [',"call":', ',"request_id":'],
} as const;

/** The value as JSON of one key of the head of a raw line (latin1, one character a byte). */
export function headValue(line: string, key: keyof typeof spans): string {
  const [before, after] = spans[key];
  const start = line.indexOf(before) + before.length;
  return line.slice(start, line.indexOf(after, start));
}

/** The facts of a raw line, without parsing it as a whole. */
export function rawFactsOf(line: string): QueryFacts {
  return (key) => {
    if (key === 'outcome') return rawOutcome(line);
    return key === 'via' ? rawVia(line) : stringOf(headValue(line, key));
  };
}

/** `denied`, or how a forwarded call ended; null for other lines. */
export function rawOutcome(line: string): string | null {
  const event = headValue(line, 'event').slice(1, -1) as AuditEvent;
  if (checkEvents.has(event)) return headValue(line, 'allowed') === 'false' ? 'denied' : null;
  return event === 'tool_result' ? detailValue(line, 'outcome') : null;
}

function rawVia(line: string): string | null {
  const via = detailValue(line, 'via');
  if (via === 'management') return headValue(line, 'client') === 'null' ? null : 'playground';
  return via === 'search' ? 'search' : null;
}

/** A string of the detail by its key; the gateway writes these keys on the top level alone. */
function detailValue(line: string, key: string): string | null {
  const wanted = `"${key}":"`;
  const detail = line.indexOf(',"detail":');
  for (let at = line.indexOf(wanted, detail); at >= 0; at = line.indexOf(wanted, at + 1)) {
    // Inside of a string the quote before the key is escaped.
    if (line[at - 1] === '{' || line[at - 1] === ',') {
      const start = at + wanted.length;
      return line.slice(start, line.indexOf('"', start));
    }
  }
  return null;
}

function stringOf(json: string): string | null {
  if (json === 'null') return null;
  const plain = json.slice(1, -1);
  return /^[\x20-\x5b\x5d-\x7e]*$/.test(plain)
    ? plain
    : (JSON.parse(Buffer.from(json, 'latin1').toString('utf8')) as string);
}
