import type { AllowChoice } from '../api/access.ts';
import { decideCall } from '../policy/decide.ts';
import type { Client, Registry, Server } from '../registry/types.ts';
import { allowPatch, type AllowPatch, type PolicyPatch } from './allowPatch.ts';
import { registryAfter } from './registryAfter.ts';

/**
 * The ways to allow what is denied. If the smallest change touches the server's policy and other clients would gain by it, there
 * are two: the first keeps the others' access by a restriction for each; the second lets them gain.
 */
export function allowChoices(
  registry: Registry,
  client: Client,
  server: Server,
  tool: string | null,
): AllowChoice[] {
  const patch = allowPatch(client, server, tool);
  const gainers = gainersOf(registry, registryAfter(registry, patch), server.id, tool);
  const others = gainers.filter((id) => id !== client.id);
  const only = { scope: 'client', label: `Only ${client.id}` } as const;
  if (tool === null || others.length === 0) return [{ ...only, gainers, patch }];
  const restricted = withoutGainFor(others, { registry, patch, serverId: server.id, tool });
  return [
    { ...only, gainers: [client.id], patch: restricted },
    { scope: 'every_client', label: `Every client that may use ${server.id}`, gainers, patch },
  ];
}

/** Clients that gain the server, or the tool once it is approved, by the change. */
function gainersOf(before: Registry, after: Registry, serverId: string, tool: string | null): string[] {
  const may = (registry: Registry, clientId: string): boolean => {
    const [client, server] = [registry.clients.get(clientId), registry.servers.get(serverId)];
    return decideCall({ clientId, client, serverId, server, tool, definition: 'approved' }).allowed === true;
  };
  return [...after.clients.keys()].filter((id) => may(after, id) && !may(before, id));
}

interface Opening {
  readonly registry: Registry;
  readonly patch: AllowPatch;
  readonly serverId: string;
  readonly tool: string;
}

function withoutGainFor(
  clientIds: readonly string[],
  { registry, patch, serverId, tool }: Opening,
): AllowPatch {
  const restrictions = clientIds.map((id) => {
    const own = registry.clients.get(id)?.toolPolicy.get(serverId);
    const restriction: PolicyPatch =
      own === undefined
        ? { mode: 'allow_all', deny_tools: [tool] }
        : { deny_tools: [...own.denyTools, tool] };
    return [id, { tool_policy: { [serverId]: restriction } }] as const;
  });
  return { ...patch, clients: { ...patch.clients, ...Object.fromEntries(restrictions) } };
}
