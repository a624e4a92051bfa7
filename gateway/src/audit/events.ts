import type { AuditEvent } from './types.ts';

/** The events by name, to check what a caller asks for. */
export const auditEvents: readonly AuditEvent[] = [
  'client_auth',
  'management_auth',
  'server_auth',
  'tool_authz',
  'rate_limited',
  'tool_result',
  'server_error',
  'server_start',
  'server_exit',
  'config_change',
  'http_rejected',
  'tool_definition_changed',
  'audit_open',
  'audit_recovered',
  'audit_blocked',
  'audit_resumed',
  'audit_checkpoint',
  'audit_rotate',
  'audit_close',
];
