import type { Catalog } from '../catalog/catalog.ts';
import { exposeTools, type ExposedTool, type Offered } from '../catalog/expose.ts';
import { RpcCode } from '../errors.ts';
import { decideTool } from '../policy/decide.ts';
import type { Server } from '../registry/types.ts';
import { ownerOf, type Caller } from './caller.ts';
import { enterServer } from './gates.ts';
import type { Params } from './message.ts';
import { RpcFailure } from './refusal.ts';

const method = 'tools/list';

/**
 * `tools/list`: what the caller may call, of all its servers under prefixed names, or of the one server of the path under its
 * own. Always one page; a server that fails is left out.
 * @throws UpstreamError only for the one server of the path
 */
export async function listTools(
  catalog: Catalog,
  caller: Caller,
  params: Params,
): Promise<{ tools: unknown[] }> {
  if (params['cursor'] !== undefined) {
    await caller.trail.commit();
    throw new RpcFailure(RpcCode.invalidParams, 'no such cursor: the list comes as one page');
  }
  const servers = enterServers(caller);
  await caller.trail.commit();
  const offers =
    caller.only === null
      ? await offersOfAll(catalog, caller, servers)
      : await offerOfOne(catalog, caller, servers);
  const offered = caller.only === null ? exposeTools(offers) : bareTools(offers);
  const visible = offered.filter(({ address }) => mayUse(caller, address.serverId, address.tool));
  for (const { serverId, tools } of offers) {
    const shown = visible.filter(({ address }) => address.serverId === serverId).length;
    caller.trail.note({
      event: 'tool_result',
      server_id: serverId,
      detail: { method, outcome: 'ok', offered: tools.length, hidden: tools.length - shown },
    });
  }
  await caller.trail.commit();
  return { tools: visible.map(({ tool }) => tool) };
}

function enterServers(caller: Caller): Server[] {
  if (caller.only !== null) return [enterServer(caller, caller.only, { method })];
  return [...caller.client.allowServers]
    .filter((id) => caller.registry.servers.has(id))
    .map((id) => enterServer(caller, id, { method }));
}

async function offersOfAll(catalog: Catalog, caller: Caller, servers: readonly Server[]): Promise<Offered[]> {
  const asked = servers.filter((server) => mayUseAny(caller, server));
  const offers = await catalog.offers(asked, ownerOf(caller));
  return offers.flatMap((offer) => (offer.ok ? [{ serverId: offer.server.id, tools: offer.tools }] : []));
}

async function offerOfOne(catalog: Catalog, caller: Caller, servers: readonly Server[]): Promise<Offered[]> {
  return Promise.all(
    servers.map(async (server) => ({
      serverId: server.id,
      tools: await catalog.tools(server, ownerOf(caller)),
    })),
  );
}

function bareTools(offers: readonly Offered[]): ExposedTool[] {
  return offers.flatMap(({ serverId, tools }) =>
    tools.map((tool) => ({ address: { serverId, tool: tool.name }, tool })),
  );
}

function mayUse(caller: Caller, serverId: string, tool: string): boolean {
  const server = caller.registry.servers.get(serverId);
  return server !== undefined && decideTool(caller.client, server, tool).allowed;
}

/** A server whose every tool is closed to this client is not even started to be asked. */
function mayUseAny(caller: Caller, server: Server): boolean {
  return (
    server.toolPolicy.mode !== 'deny_all' && caller.client.toolPolicy.get(server.id)?.mode !== 'deny_all'
  );
}
