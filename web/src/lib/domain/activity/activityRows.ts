import { factsOf, isOutcomeLine, matchesTerms } from 'lmcp-gateway/src/audit/query/matchQuery.ts';
import type { QueryTerm } from 'lmcp-gateway/src/audit/query/parseQuery.ts';
import type { AuditLine } from 'lmcp-gateway/src/audit/types.ts';
import { isOwnTraffic } from '../audit/lineText.ts';

/** What the list shows of the log. */
export interface ActivityQuery {
  /** Without times. */
  readonly terms: readonly QueryTerm[];
  /** One row a call; otherwise one row a line. */
  readonly calls: boolean;
  /** RFC 3339: the first instant wanted, and the first that is not wanted any more. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

export interface ActivityRow {
  readonly key: string;
  /** How the call ended, or what allowed it while it is running. */
  readonly line: AuditLine;
  readonly running: boolean;
}

export interface LiveRows {
  /** Calls that were forwarded and have not ended, newest first. */
  readonly running: readonly ActivityRow[];
  /** Newest first. */
  readonly ended: readonly ActivityRow[];
}

export function rowOf(line: AuditLine, running = false): ActivityRow {
  return { key: running ? `running ${line.call ?? ''}` : String(line.seq), line, running };
}

/**
 * The rows that came with the live events.
 * @param lines newest first
 * @param after number of the newest line that the log was already searched for
 */
export function liveRows(lines: readonly AuditLine[], query: ActivityQuery, after: number): LiveRows {
  const ended: ActivityRow[] = [];
  const running: ActivityRow[] = [];
  const over = new Set<string>();
  let thisRun = true;
  for (const line of lines) {
    // What ran when the gateway ended is not running any more.
    if (line.event === 'audit_open') thisRun = false;
    const isEnd = isOutcomeLine(line);
    if (isEnd && line.call !== null) over.add(line.call);
    if (line.seq > after && (query.calls ? isEnd : !isOwnTraffic(line)) && passes(line, query))
      ended.push(rowOf(line));
    if (query.calls && thisRun && isForwarded(line) && !over.has(line.call ?? '') && passes(line, query))
      running.push(rowOf(line, true));
  }
  return { running, ended };
}

function isForwarded({ event, allowed, call }: AuditLine): boolean {
  return event === 'tool_authz' && allowed === true && call !== null;
}

function passes(line: AuditLine, { terms, from, to }: ActivityQuery): boolean {
  if ((from !== undefined && line.ts < from) || (to !== undefined && line.ts >= to)) return false;
  const hasText = (text: string): boolean => JSON.stringify(line).toLowerCase().includes(text.toLowerCase());
  return matchesTerms(terms, factsOf(line), hasText);
}
