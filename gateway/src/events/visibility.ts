import type { AuditLine } from '../audit/types.ts';

/** The public part of an entry. Without `prev`, which is a hash over the removed members. */
type PublicLine = Omit<AuditLine, 'prev' | 'detail' | 'client_id' | 'request_id'> & {
  readonly client_id: null;
};

function publicLine(line: AuditLine): PublicLine {
  const { seq, ts, event, server_id, tool_name, allowed, reason, call } = line;
  return { seq, ts, event, client_id: null, server_id, tool_name, allowed, reason, call };
}

/** The entry for a reader: complete for management, otherwise the public part. */
export function visibleLine(line: AuditLine, management: boolean): AuditLine | PublicLine {
  return management ? line : publicLine(line);
}
