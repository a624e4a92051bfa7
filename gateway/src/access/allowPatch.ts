import type { RegistryPatch } from '../api/registry.ts';
import type { Client, Server, ToolPolicy } from '../registry/types.ts';

/** A registry patch that allows something. Lists in it are complete. */
export interface AllowPatch extends RegistryPatch {
  readonly clients?: Readonly<Record<string, ClientPatch>>;
  readonly servers?: Readonly<Record<string, { readonly tool_policy: PolicyPatch }>>;
}

export interface ClientPatch {
  readonly allow_servers?: readonly string[];
  readonly tool_policy?: Readonly<Record<string, PolicyPatch>>;
}

export interface PolicyPatch {
  readonly mode?: 'allow_all' | 'allow_list';
  readonly allow_tools?: readonly string[];
  readonly deny_tools?: readonly string[];
}

/**
 * The minimal patch that allows this client this tool (or, without a tool, this server), and no other tool of that server that
 * is denied to it now. Other clients may gain the tool by it: see allowChoices.
 */
export function allowPatch(client: Client, server: Server, tool: string | null): AllowPatch {
  const granted = client.allowServers.has(server.id);
  const grant = granted ? {} : { allow_servers: [...client.allowServers, server.id] };
  if (tool === null) return { clients: { [client.id]: grant } };
  const opened = opening(server.toolPolicy, tool);
  const own = client.toolPolicy.get(server.id);
  const widens =
    !granted && opensMore(server.toolPolicy, tool) && (own === undefined || opensMore(own, tool));
  const restricted = widens ? restriction(own, tool) : own && opening(own, tool);
  const forClient = { ...grant, ...(restricted && { tool_policy: { [server.id]: restricted } }) };
  return {
    ...(opened && { servers: { [server.id]: { tool_policy: opened } } }),
    ...(Object.keys(forClient).length > 0 && { clients: { [client.id]: forClient } }),
  };
}

/** The patch by which a policy allows this tool and no other; undefined if it allows it already. */
function opening({ mode, allowTools, denyTools }: ToolPolicy, tool: string): PolicyPatch | undefined {
  const without = denyTools.has(tool)
    ? { deny_tools: [...denyTools].filter((each) => each !== tool) }
    : undefined;
  const listed: PolicyPatch | undefined =
    mode === 'deny_all'
      ? { mode: 'allow_list', allow_tools: [tool] }
      : mode === 'allow_list' && !allowTools.has(tool)
        ? { allow_tools: [...allowTools, tool] }
        : undefined;
  return without || listed ? { ...listed, ...without } : undefined;
}

function opensMore({ mode, allowTools, denyTools }: ToolPolicy, tool: string): boolean {
  if (mode !== 'allow_list') return mode === 'allow_all';
  return [...allowTools].some((each) => each !== tool && !denyTools.has(each));
}

function restriction(own: ToolPolicy | undefined, tool: string): PolicyPatch {
  const denied = [...(own?.denyTools ?? [])];
  const without = denied.filter((each) => each !== tool);
  return {
    mode: 'allow_list',
    allow_tools: [tool],
    ...(without.length < denied.length && { deny_tools: without }),
  };
}
