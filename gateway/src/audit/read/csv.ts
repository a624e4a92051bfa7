import { outcomeOf } from '../query/matchQuery.ts';
import type { AuditLine } from '../types.ts';

const columns = [
  ['seq', ({ seq }) => seq],
  ['time', ({ ts }) => ts],
  ['event', ({ event }) => event],
  ['client', ({ client_id }) => client_id],
  ['server', ({ server_id }) => server_id],
  ['tool', ({ tool_name }) => tool_name],
  ['outcome', outcomeOf],
  ['reason', ({ reason }) => reason],
  ['duration_ms', ({ detail }) => numberOf(detail?.['duration_ms'])],
  ['count', ({ detail }) => numberOf(detail?.['count'])],
  ['call', ({ call }) => call],
  ['request_id', ({ request_id }) => request_id],
] as const satisfies readonly (readonly [string, (line: AuditLine) => string | number | null])[];

/** RFC 4180 ends every record with CRLF. */
const END = '\r\n';
/** What a spreadsheet would take for a formula. */
const formula = /^[=+\-@\t\r]/;

/**
 * Lines of the log as a table (RFC 4180), with a head. A text that a spreadsheet would take for a formula gets an apostrophe
 * before it: names come from clients and servers.
 * @param blocks whole lines, as `exportLines` gives them
 */
export async function* csvOf(blocks: AsyncIterable<Buffer>): AsyncGenerator<string, void, undefined> {
  yield columns.map(([name]) => name).join(',') + END;
  for await (const block of blocks) {
    const lines = block.toString('utf8').split('\n').slice(0, -1);
    yield lines.map((line) => csvRecord(JSON.parse(line) as AuditLine)).join('');
  }
}

function csvRecord(line: AuditLine): string {
  return columns.map(([, valueOf]) => fieldOf(valueOf(line))).join(',') + END;
}

function fieldOf(value: string | number | null): string {
  if (typeof value !== 'string') return value === null ? '' : String(value);
  const safe = formula.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}
