import type { CheckReason } from 'lmcp-gateway/src/policy/reasons.ts';

type Decider = 'client' | 'server' | 'approval';

/** What denies a tool for each reason: the client's own entry, the policy that its server has for every client, or a missing approval. */
const deciders = {
  missing_token: 'client',
  unknown_client: 'client',
  invalid_token: 'client',
  conflicting_credentials: 'client',
  rate_limit_exceeded: 'client',
  server_not_allowed: 'client',
  unknown_server: 'client',
  server_disabled: 'server',
  tool_denied: 'server',
  tool_policy_deny_all: 'server',
  tool_not_in_allow_list: 'server',
  client_tool_denied: 'client',
  client_tool_policy_deny_all: 'client',
  client_tool_not_in_allow_list: 'client',
  tool_not_listed: 'server',
  tool_not_approved: 'approval',
} as const satisfies Record<CheckReason, Decider>;

/** What decides about a denied tool. A tick of the client changes what `client` decides, and nothing else. */
export function deniedBy(reason: string | null | undefined): Decider {
  return Object.hasOwn(deciders, reason ?? '') ? deciders[reason as CheckReason] : 'client';
}
