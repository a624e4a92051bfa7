import type { AuditLine } from 'lmcp-gateway/src/audit/types.ts';

/** What a client has done since somebody began to wait for it; times in milliseconds since the Unix epoch. */
export interface Heard {
  /** When it first was heard of, authenticated. */
  readonly connectedAt: number | null;
  /** When its first call ended. */
  readonly calledAt: number | null;
}

export const nothingHeard: Heard = { connectedAt: null, calledAt: null };

/** Events that only requests of the client itself cause; what is done about a client, or for it, names it as well. */
const requestEvents: ReadonlySet<string> = new Set([
  'client_auth',
  'server_auth',
  'tool_authz',
  'rate_limited',
  'tool_result',
]);

/** Calls of the playground are not the client's own. */
export function heardIn(before: Heard, client: string, lines: readonly AuditLine[]): Heard {
  const own = lines.filter(
    (line) =>
      line.client_id === client && requestEvents.has(line.event) && line.detail?.['via'] !== 'management',
  );
  const timeOf = (line: AuditLine | undefined): number | null =>
    line === undefined ? null : Date.parse(line.ts);
  return {
    // A request that a later check denies still came from the client.
    connectedAt:
      before.connectedAt ??
      timeOf(own.find(({ event, allowed }) => event !== 'client_auth' || allowed !== false)),
    calledAt: before.calledAt ?? timeOf(own.find(({ event }) => event === 'tool_result')),
  };
}
