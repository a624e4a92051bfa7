import type { Server, ToolPolicy } from '../registry/types.ts';
import type { Denied, Granted, Subject } from './check.ts';

const serverReasons = {
  denied: 'tool_denied',
  denyAll: 'tool_policy_deny_all',
  notListed: 'tool_not_in_allow_list',
} as const;

const clientReasons = {
  denied: 'client_tool_denied',
  denyAll: 'client_tool_policy_deny_all',
  notListed: 'client_tool_not_in_allow_list',
} as const;

type ReasonOf<P> = P[keyof P];

/** The server's own policy, the upper bound for every client. */
export function decideServerPolicy({
  server,
  tool,
}: Pick<Subject, 'server' | 'tool'>): Granted | Denied<ReasonOf<typeof serverReasons>> | undefined {
  if (server === undefined) return undefined;
  return applyPolicy(server.toolPolicy, tool ?? '', `servers.${server.id}.tool_policy`, serverReasons);
}

/** Whether any client can be allowed a tool of the server: one that its own policy denies is rejected for all. */
export function serverAllows(server: Server, tool: string): boolean {
  return decideServerPolicy({ server, tool })?.allowed !== false;
}

/** The client's restriction of that policy; undefined where it has none. */
export function decideRestriction({
  client,
  serverId,
  tool,
}: Subject): Granted | Denied<ReasonOf<typeof clientReasons>> | undefined {
  const restriction = client?.toolPolicy.get(serverId);
  if (client === undefined || restriction === undefined) return undefined;
  return applyPolicy(restriction, tool ?? '', `clients.${client.id}.tool_policy.${serverId}`, clientReasons);
}

/** The three ways in which a tool policy denies. */
interface PolicyReasons<R extends string> {
  readonly denied: R;
  readonly denyAll: R;
  readonly notListed: R;
}

/** Applies one tool policy, written at `path`. A denied tool stays denied in every mode. */
function applyPolicy<R extends string>(
  policy: ToolPolicy,
  tool: string,
  path: string,
  reasons: PolicyReasons<R>,
): Granted | Denied<R> {
  if (policy.denyTools.has(tool))
    return { allowed: false, reason: reasons.denied, rule: `${path}.deny_tools` };
  switch (policy.mode) {
    case 'allow_all':
      return { allowed: true, reason: 'ok', rule: `${path}.mode` };
    case 'deny_all':
      return { allowed: false, reason: reasons.denyAll, rule: `${path}.mode` };
    case 'allow_list':
      return policy.allowTools.has(tool)
        ? { allowed: true, reason: 'ok', rule: `${path}.allow_tools` }
        : { allowed: false, reason: reasons.notListed, rule: `${path}.allow_tools` };
  }
}
