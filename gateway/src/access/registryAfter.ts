import type { Client, Registry, ToolPolicy } from '../registry/types.ts';
import type { AllowPatch, ClientPatch, PolicyPatch } from './allowPatch.ts';

const allowAll: ToolPolicy = { mode: 'allow_all', allowTools: new Set(), denyTools: new Set() };

/** The registry after such a patch is applied. */
export function registryAfter(registry: Registry, { clients = {}, servers = {} }: AllowPatch): Registry {
  return {
    ...registry,
    clients: patched(registry.clients, clients, clientAfter),
    servers: patched(registry.servers, servers, (server, { tool_policy: policy }) => ({
      ...server,
      toolPolicy: policyAfter(server.toolPolicy, policy),
    })),
  };
}

function patched<T, P>(
  entries: ReadonlyMap<string, T>,
  patches: Readonly<Record<string, P>>,
  after: (entry: T, patch: P) => T,
): Map<string, T> {
  const byId = new Map(Object.entries(patches));
  return new Map(
    [...entries].map(([id, entry]) => {
      const patch = byId.get(id);
      return [id, patch === undefined ? entry : after(entry, patch)];
    }),
  );
}

function clientAfter(
  client: Client,
  { allow_servers: servers, tool_policy: policies = {} }: ClientPatch,
): Client {
  const changed = Object.entries(policies).map(
    ([serverId, patch]) =>
      [serverId, policyAfter(client.toolPolicy.get(serverId) ?? allowAll, patch)] as const,
  );
  return {
    ...client,
    allowServers: servers === undefined ? client.allowServers : new Set(servers),
    toolPolicy: new Map([...client.toolPolicy, ...changed]),
  };
}

function policyAfter(policy: ToolPolicy, patch: PolicyPatch): ToolPolicy {
  return {
    mode: patch.mode ?? policy.mode,
    allowTools: new Set(patch.allow_tools ?? policy.allowTools),
    denyTools: new Set(patch.deny_tools ?? policy.denyTools),
  };
}
