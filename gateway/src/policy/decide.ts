import type { Client, Server, ToolPolicy } from '../registry/types.ts';
import type { Reason } from './reasons.ts';

/** The outcome of a gate; `rule` is the path in the registry that decided. */
export interface Decision {
  readonly allowed: boolean;
  readonly reason: Reason;
  readonly rule: string;
}

/** May this client reach this server? One that is not registered is refused like one that is not granted. */
export function decideServer(client: Client, serverId: string, server: Server | undefined): Decision {
  const rule = `clients.${client.id}.allow_servers`;
  if (!client.allowServers.has(serverId)) return { allowed: false, reason: 'server_not_allowed', rule };
  if (server === undefined) return { allowed: false, reason: 'unknown_server', rule: `servers.${serverId}` };
  return { allowed: true, reason: 'ok', rule };
}

/** May this client use this tool of a server that it may reach? The server's policy first, then the client's narrowing of it. */
export function decideTool(client: Client, server: Server, tool: string): Decision {
  const own = decideByServer(server, tool);
  return own.allowed ? (decideByClient(client, server, tool) ?? own) : own;
}

/** The server's own policy. */
export function decideByServer(server: Server, tool: string): Decision {
  return applyPolicy(server.toolPolicy, tool, `servers.${server.id}.tool_policy`, serverReasons);
}

/** The client's narrowing of a server's policy; undefined where it has none. */
export function decideByClient(client: Client, server: Server, tool: string): Decision | undefined {
  const narrowed = client.toolPolicy.get(server.id);
  if (narrowed === undefined) return undefined;
  return applyPolicy(narrowed, tool, `clients.${client.id}.tool_policy.${server.id}`, clientReasons);
}

interface PolicyReasons {
  readonly denied: Reason;
  readonly denyAll: Reason;
  readonly notListed: Reason;
}

const serverReasons: PolicyReasons = {
  denied: 'tool_denied',
  denyAll: 'tool_policy_deny_all',
  notListed: 'tool_not_in_allow_list',
};

const clientReasons: PolicyReasons = {
  denied: 'client_tool_denied',
  denyAll: 'client_tool_policy_deny_all',
  notListed: 'client_tool_not_in_allow_list',
};

/** A denied tool stays denied in every mode. */
function applyPolicy(policy: ToolPolicy, tool: string, path: string, words: PolicyReasons): Decision {
  if (policy.denyTools.has(tool)) return { allowed: false, reason: words.denied, rule: `${path}.deny_tools` };
  switch (policy.mode) {
    case 'allow_all':
      return { allowed: true, reason: 'ok', rule: `${path}.mode` };
    case 'deny_all':
      return { allowed: false, reason: words.denyAll, rule: `${path}.mode` };
    case 'allow_list':
      return policy.allowTools.has(tool)
        ? { allowed: true, reason: 'ok', rule: `${path}.allow_tools` }
        : { allowed: false, reason: words.notListed, rule: `${path}.allow_tools` };
  }
}
