import type { AuditLine } from '../audit/types.ts';

/** A line as everybody on this machine may see it. `prev` goes as well: it is a hash over what is left out. */
type PublicLine = Omit<AuditLine, 'prev' | 'detail' | 'client_id' | 'request_id'> & {
  readonly client_id: null;
};

function publicLine(line: AuditLine): PublicLine {
  const { seq, ts, event, server_id, tool_name, allowed, reason, call } = line;
  return { seq, ts, event, client_id: null, server_id, tool_name, allowed, reason, call };
}

/** The line that a reader gets: whole for management, else the public part. */
export function visibleLine(line: AuditLine, management: boolean): AuditLine | PublicLine {
  return management ? line : publicLine(line);
}
