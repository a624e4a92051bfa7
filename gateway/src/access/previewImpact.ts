import type { ToolDefinition } from '../catalog/tools.ts';
import { stepsOf } from '../policy/decide.ts';
import type { Client, Registry, ToolPolicy } from '../registry/types.ts';
import { impactMessage } from './impactMessage.ts';
import { definitionsIn, type ToolsOf } from './knownTools.ts';
import type { ClientImpact, ToolRef } from '../api/registry.ts';

/** No server can have a tool with this name, so a policy's decision about it applies to every tool that it does not name. */
const unnamedTool = '';

/**
 * The tools that each client gains and loses by a change, among the tools known now. For a server whose tools are unknown,
 * compares the names in policies, and the policies' decision about all others.
 * @returns clients in the order of the file, removed ones last; omits clients whose access doesn't change
 */
export function previewImpact(before: Registry, after: Registry, toolsOf: ToolsOf): ClientImpact[] {
  const ids = [...new Set([...after.clients.keys(), ...before.clients.keys()])];
  return ids.flatMap((clientId) => {
    const servers = new Set([...before.servers.keys(), ...after.servers.keys()]);
    const parts = [...servers].map((serverId) =>
      serverImpact({ registry: before, clientId }, { registry: after, clientId }, serverId, toolsOf),
    );
    const impact = {
      client_id: clientId,
      change: changeOf(before, after, clientId),
      gained: parts.flatMap(({ gained }) => gained),
      lost: parts.flatMap(({ lost }) => lost),
      gained_servers: parts.flatMap(({ gainedServer }) => gainedServer),
      lost_servers: parts.flatMap(({ lostServer }) => lostServer),
    } as const;
    const lists = [impact.gained, impact.lost, impact.gained_servers, impact.lost_servers];
    if (impact.change === 'changed' && lists.every((list) => list.length === 0)) return [];
    return [{ ...impact, words: impactMessage(impact) }];
  });
}

function changeOf(before: Registry, after: Registry, clientId: string): ClientImpact['change'] {
  if (!before.clients.has(clientId)) return 'added';
  return after.clients.has(clientId) ? 'changed' : 'removed';
}

/** A client at one point in time. */
interface Side {
  readonly registry: Registry;
  readonly clientId: string;
}

interface ServerImpact {
  readonly gained: readonly ToolRef[];
  readonly lost: readonly ToolRef[];
  readonly gainedServer: readonly string[];
  readonly lostServer: readonly string[];
}

function serverImpact(before: Side, after: Side, serverId: string, toolsOf: ToolsOf): ServerImpact {
  const known = toolsOf(serverId);
  const definitionOf = definitionsIn(known);
  const names =
    known?.map(({ name }) => name) ??
    [...new Set([...namedTools(before, serverId), ...namedTools(after, serverId)])].sort();
  const more = (from: Side, to: Side, tool: string): boolean =>
    certainty(to, serverId, tool, definitionOf(tool)) > certainty(from, serverId, tool, definitionOf(tool));
  const refs = (from: Side, to: Side): ToolRef[] =>
    names.filter((tool) => more(from, to, tool)).map((tool) => ({ server_id: serverId, tool }));
  const others = (from: Side, to: Side): string[] =>
    known === null && more(from, to, unnamedTool) ? [serverId] : [];
  return {
    gained: refs(before, after),
    lost: refs(after, before),
    gainedServer: others(before, after),
    lostServer: others(after, before),
  };
}

/** Whether the client may call a tool: 0 denied, 1 allowed, between them the less the more depends on what the server lists. */
function certainty(
  { registry, clientId }: Side,
  serverId: string,
  tool: string,
  definition: ToolDefinition,
): number {
  const [client, server] = [registry.clients.get(clientId), registry.servers.get(serverId)];
  const steps = stepsOf({ clientId, client, serverId, server, tool, definition });
  const outcomes = steps.map(({ outcome }) => (typeof outcome === 'object' ? outcome.allowed : undefined));
  return outcomes.includes(false) ? 0 : 1 / (1 + outcomes.filter((allowed) => allowed === null).length);
}

function namedTools({ registry, clientId }: Side, serverId: string): string[] {
  const client: Client | undefined = registry.clients.get(clientId);
  const policies = [registry.servers.get(serverId)?.toolPolicy, client?.toolPolicy.get(serverId)];
  return policies.flatMap((policy: ToolPolicy | undefined) =>
    policy === undefined ? [] : [...policy.allowTools, ...policy.denyTools],
  );
}
