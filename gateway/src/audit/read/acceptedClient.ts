import type { AuditLine } from '../types.ts';

/** The client whose credentials an audit line says were accepted; null for every other line: anybody may name a client. */
export function acceptedClient({ event, allowed, client_id }: AuditLine): string | null {
  return event === 'client_auth' && allowed === true ? client_id : null;
}
