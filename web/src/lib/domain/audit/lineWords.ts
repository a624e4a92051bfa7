import type { AuditEvent, AuditLine } from 'lmcp-gateway/src/audit/types.ts';

/** Events in the order in which a filter offers them, with the words people use for them. */
export const eventNames: Readonly<Record<AuditEvent, string>> = {
  tool_authz: 'Tool decision',
  tool_result: 'Call finished',
  server_auth: 'Server decision',
  client_auth: 'Client sign-in',
  rate_limited: 'Rate limit',
  management_auth: 'Management sign-in',
  config_change: 'Registry change',
  http_rejected: 'Request turned away',
  tool_definition_changed: 'Tool changed',
  server_start: 'Server started',
  server_exit: 'Server stopped',
  server_error: 'Server error',
  audit_open: 'Log opened',
  audit_recovered: 'Log recovered',
  audit_blocked: 'Log blocked',
  audit_resumed: 'Log resumed',
  audit_checkpoint: 'Log checkpoint',
  audit_rotate: 'Log segment',
  audit_close: 'Log closed',
};

const reasonNames: Readonly<Record<string, string>> = {
  ok: 'allowed',
  missing_token: 'no token was sent',
  unknown_client: 'no such client is registered',
  invalid_token: 'the token is wrong',
  conflicting_credentials: 'the request carries two different credentials',
  rate_limit_exceeded: 'the client’s rate limit is used up',
  probe_limit_exceeded: 'too many checks in this minute',
  server_not_allowed: 'the client’s allowlist does not name the server',
  unknown_server: 'no such server is registered',
  unknown_tool: 'the server offers no such tool',
  tool_denied: 'the server’s policy denies this tool',
  tool_policy_deny_all: 'the server’s policy denies every tool',
  tool_not_in_allow_list: 'the server’s allow list does not name this tool',
  client_tool_denied: 'the client’s own policy denies this tool',
  client_tool_policy_deny_all: 'the client’s own policy denies every tool of this server',
  client_tool_not_in_allow_list: 'the client’s own allow list does not name this tool',
  tool_not_approved: 'the tool is new or has changed and was not approved yet',
  management_disabled: 'management is not enabled',
  management_unauthorized: 'the management token is wrong',
  host_not_allowed: 'the Host header is not one of this gateway’s names',
  origin_not_allowed: 'a web page of another origin sent it',
  request_too_large: 'the request is too large',
  malformed_request: 'the request can’t be read',
  too_many_subscribers: 'too many event streams are open',
  registry_invalid: 'the registry would not be valid',
  registry_conflict: 'somebody else changed the registry meanwhile',
  apply_in_progress: 'another change was being written',
  registry_unwritable: 'the registry could not be written',
};

/** A reason in words; one that this interface does not know yet is shown as it is. */
export function reasonWords(reason: string | null): string {
  if (reason === null) return '';
  return Object.hasOwn(reasonNames, reason) ? (reasonNames[reason] ?? reason) : reason.replaceAll('_', ' ');
}

export const reasonCodes: readonly string[] = Object.keys(reasonNames);

export function eventWords(event: string): string {
  return Object.hasOwn(eventNames, event) ? eventNames[event as AuditEvent] : event;
}

export type Gate = 'request' | 'client' | 'rate limit' | 'server' | 'tool' | 'management';

/** Which gate a refusal stood at; null for what is no refusal. */
export function refusingGate(line: AuditLine): Gate | null {
  if (line.allowed !== false) return null;
  switch (line.event) {
    case 'client_auth':
      return 'client';
    case 'rate_limited':
      return 'rate limit';
    case 'server_auth':
      return 'server';
    case 'tool_authz':
      return 'tool';
    case 'management_auth':
      return 'management';
    case 'http_rejected':
      return 'request';
    default:
      return null;
  }
}

export type Tone = 'refused' | 'failed' | 'allowed' | 'quiet';

/** How a line is drawn: red is for refusals alone, a call that went wrong is a failure and no refusal. */
export function lineTone(line: AuditLine): Tone {
  if (refusingGate(line) !== null) return 'refused';
  if (line.event === 'server_error' || line.event === 'audit_blocked') return 'failed';
  if (isFailedCall(line)) return 'failed';
  if (line.event === 'tool_result') return 'allowed';
  return line.allowed === true ? 'allowed' : 'quiet';
}

/** `ok`, `error`, `timeout`, … of a finished call; null for other lines. */
function outcomeOf(line: AuditLine): string | null {
  const outcome = line.detail?.['outcome'];
  return line.event === 'tool_result' && typeof outcome === 'string' ? outcome : null;
}

/** Did a call go wrong? Lines of the read-only mode do not tell how a call ended, and are no failures. */
export function isFailedCall(line: AuditLine): boolean {
  const outcome = outcomeOf(line);
  return outcome !== null && outcome !== 'ok';
}

/** What one line says, without the names that stand beside it. */
export function lineWords(line: AuditLine): string {
  if (line.allowed === false) return reasonWords(line.reason);
  const duration = line.detail?.['duration_ms'];
  if (line.event === 'tool_result') {
    const took = typeof duration === 'number' ? ` in ${String(Math.round(duration))} ms` : '';
    return `${outcomeOf(line) ?? 'finished'}${took}`;
  }
  if (line.reason !== null) return reasonWords(line.reason);
  const words = line.detail?.['message'] ?? line.detail?.['summary'];
  return typeof words === 'string' ? words : '';
}

/** A line of the interface's own traffic, which Live leaves out. */
export function isOwnTraffic(line: AuditLine): boolean {
  return line.event === 'management_auth' && line.allowed !== false;
}
