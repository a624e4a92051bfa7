/** Events of the audit log, a closed list (docs/audit.md describes each). */
export const auditEvents = [
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
] as const;

export type AuditEvent = (typeof auditEvents)[number];
