import type { RegistryPatch } from 'lmcp-gateway/src/api/registry.ts';
import type { RegistryView, ToolPolicyView } from 'lmcp-gateway/src/api/schema/registryView.ts';

/** Opens or closes a server for a client; the restriction of the client inside that server stays as it is. */
export function grantServer(
  view: RegistryView,
  client: string,
  server: string,
  allow: boolean,
): RegistryPatch {
  const servers = view.clients[client]?.allow_servers ?? [];
  const others = servers.filter((id) => id !== server);
  const next = allow ? (servers.includes(server) ? servers : [...servers, server]) : others;
  return { clients: { [client]: { allow_servers: next } } };
}

/**
 * Allows or denies one tool for one client and nothing else: where the server was closed, it opens for this tool
 * alone. What the server's own policy denies to everyone stays denied: `grantToolToAll` changes that.
 */
export function grantTool(
  view: RegistryView,
  client: string,
  server: string,
  tool: string,
  allow: boolean,
): RegistryPatch {
  const entry = view.clients[client];
  const policy = entry?.tool_policy?.[server];
  const open = entry?.allow_servers.includes(server) === true;
  if (!open && !allow) return {};
  const next = open
    ? changedPolicy(policy, tool, allow)
    : { mode: 'allow_list' as const, allow_tools: [tool], deny_tools: without(policy?.deny_tools, tool) };
  const restricted = { clients: { [client]: { tool_policy: { [server]: policyPatch(policy, next) } } } };
  if (open) return restricted;
  const servers = [...(entry?.allow_servers ?? []), server];
  return { clients: { [client]: { ...restricted.clients[client], allow_servers: servers } } };
}

/** Allows or denies a tool in the server's own policy: the upper bound for every client. */
export function grantToolToAll(
  view: RegistryView,
  server: string,
  tool: string,
  allow: boolean,
): RegistryPatch {
  const policy = view.servers[server]?.tool_policy;
  return { servers: { [server]: { tool_policy: policyPatch(policy, changedPolicy(policy, tool, allow)) } } };
}

interface FullPolicy {
  readonly mode: NonNullable<ToolPolicyView['mode']>;
  readonly allow_tools: readonly string[];
  readonly deny_tools: readonly string[];
}

function changedPolicy(policy: ToolPolicyView | undefined, tool: string, allow: boolean): FullPolicy {
  const mode = policy?.mode ?? 'allow_all';
  const allowed = policy?.allow_tools ?? [];
  const denied = policy?.deny_tools ?? [];
  if (!allow) {
    return mode === 'allow_list'
      ? { mode, allow_tools: without(allowed, tool), deny_tools: denied }
      : { mode, allow_tools: allowed, deny_tools: [...without(denied, tool), tool] };
  }
  if (mode === 'allow_all') return { mode, allow_tools: allowed, deny_tools: without(denied, tool) };
  const kept = mode === 'deny_all' ? [] : without(allowed, tool);
  return { mode: 'allow_list', allow_tools: [...kept, tool], deny_tools: without(denied, tool) };
}

/** Only what the new policy needs to say; one that says nothing is taken out. */
function policyPatch(before: ToolPolicyView | undefined, next: FullPolicy): RegistryPatch | null {
  if (next.mode === 'allow_all' && next.deny_tools.length === 0 && next.allow_tools.length === 0) return null;
  const patch: Record<string, unknown> = {};
  if (next.mode !== (before?.mode ?? 'allow_all')) patch['mode'] = next.mode;
  if (next.mode === 'allow_list' || before?.allow_tools !== undefined)
    patch['allow_tools'] = next.allow_tools;
  if (next.deny_tools.length > 0 || before?.deny_tools !== undefined) patch['deny_tools'] = next.deny_tools;
  return patch;
}

function without(list: readonly string[] | undefined, entry: string): string[] {
  return (list ?? []).filter((other) => other !== entry);
}
