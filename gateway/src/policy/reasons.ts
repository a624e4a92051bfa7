/** Why a decision fell as it did: the closed list behind `reason` in the audit log (docs/audit.md explains each). */
export const reasons = [
  'ok',
  // who is it
  'missing_token',
  'unknown_client',
  'invalid_token',
  'conflicting_credentials',
  // may they call now
  'rate_limit_exceeded',
  'probe_limit_exceeded',
  // may they reach the server
  'server_not_allowed',
  'unknown_server',
  // may they use the tool
  'unknown_tool',
  'tool_denied',
  'tool_policy_deny_all',
  'tool_not_in_allow_list',
  'tool_not_approved',
  'client_tool_denied',
  'client_tool_policy_deny_all',
  'client_tool_not_in_allow_list',
  // may they manage
  'management_disabled',
  'management_unauthorized',
  // what is wrong with the request itself
  'host_not_allowed',
  'origin_not_allowed',
  'request_too_large',
  'malformed_request',
  'too_many_subscribers',
  // may a changed registry come into force
  'registry_invalid',
  'registry_conflict',
  'apply_in_progress',
  'registry_unwritable',
] as const;

export type Reason = (typeof reasons)[number];
