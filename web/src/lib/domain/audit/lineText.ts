import type { AuditEvent } from 'lmcp-gateway/src/audit/events.ts';
import { isCounted, repeatCount } from 'lmcp-gateway/src/audit/repeats/repeatCount.ts';
import type { AuditLine } from 'lmcp-gateway/src/audit/types.ts';
import { reasonMeanings, type Reason } from 'lmcp-gateway/src/policy/reasons.ts';

/** Events in the order in which a filter offers them, with the words people use for them. */
const eventNames: Readonly<Record<AuditEvent, string>> = {
  tool_authz: 'Tool decision',
  tool_result: 'Call finished',
  server_auth: 'Server decision',
  client_auth: 'Client sign-in',
  client_authorization: 'Application sign-in',
  client_notification: 'Client notification',
  egress_denied: 'Outgoing connection denied',
  rate_limited: 'Rate limit',
  management_auth: 'Management sign-in',
  config_change: 'Registry change',
  http_rejected: 'Request rejected',
  client_request: 'Server asks a client',
  client_request_result: 'Client answered a server',
  tool_definition_changed: 'Tool changed',
  server_start: 'Server started',
  server_sign_in: 'Sign-in to a server',
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

/** A reason's meaning; one that this interface does not know yet is shown as it is. */
export function reasonDescription(reason: string | null): string {
  if (reason === null) return '';
  return Object.hasOwn(reasonMeanings, reason)
    ? reasonMeanings[reason as Reason]
    : reason.replaceAll('_', ' ');
}

export const reasonCodes: readonly string[] = Object.keys(reasonMeanings);

export function eventLabel(event: string): string {
  return Object.hasOwn(eventNames, event) ? eventNames[event as AuditEvent] : event;
}

export type Check = 'request' | 'client' | 'rate limit' | 'server' | 'tool' | 'management';

/** Which check denied; null for a line that is not a denial. */
export function denyingCheck(line: AuditLine): Check | null {
  if (line.allowed !== false) return null;
  switch (line.event) {
    case 'client_auth':
    case 'client_authorization':
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

export type Tone = 'denied' | 'failed' | 'allowed' | 'quiet';

/** How a line is drawn: red is for denials only; a call that went wrong is a failure, not a denial. */
export function lineTone(line: AuditLine): Tone {
  if (denyingCheck(line) !== null) return 'denied';
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

/** What one line says, without the names that are shown beside it; a counted line also says how often it happened. */
export function lineText(line: AuditLine): string {
  const text = textOnce(line);
  return isCounted(line) ? `${text} × ${repeatCount(line).toLocaleString('en')}`.trim() : text;
}

function textOnce(line: AuditLine): string {
  if (line.allowed === false) return reasonDescription(line.reason);
  const duration = line.detail?.['duration_ms'];
  if (line.event === 'tool_result') {
    const took = typeof duration === 'number' ? ` in ${String(Math.round(duration))} ms` : '';
    return `${outcomeOf(line) ?? 'finished'}${took}`;
  }
  if (line.reason !== null) return reasonDescription(line.reason);
  const text = line.detail?.['message'] ?? line.detail?.['summary'];
  return typeof text === 'string' ? text : '';
}

/** Who asked in the client's place, or how: a call of the playground is not the client's own. */
export function viaLabel(line: AuditLine): string | null {
  const via = line.detail?.['via'];
  if (via === 'management' && line.client_id !== null) return 'playground';
  return via === 'search' ? 'tool search' : null;
}

/** A line of the interface's own traffic, which a list that follows leaves out. */
export function isOwnTraffic(line: AuditLine): boolean {
  return line.event === 'management_auth' && line.allowed !== false;
}
