import type { Catalog, Offer } from '../../catalog/catalog.ts';
import { exposeTools, type ExposedTool, type Offered } from '../../catalog/expose.ts';
import { strictTool } from '../../catalog/strict/strictTool.ts';
import { UpstreamError } from '../../errors.ts';
import { decideTool } from '../../policy/decide.ts';
import type { Server } from '../../registry/types.ts';
import { ownerOf, type Caller } from '../call/caller.ts';
import type { CallDependencies } from '../call/forward.ts';
import { decided } from '../call/authorize.ts';
import type { Params } from '../jsonrpc/message.ts';
import { quote } from '../jsonrpc/rpcFailure.ts';
import { withTaskSupport } from './toolTaskSupport.ts';
import { requireFirstPage } from './onePage.ts';

const method = 'tools/list';

/**
 * `tools/list`: what the caller may call, of all its servers under prefixed names and as strict clients read it, or of the one
 * server of the path as that server gave it. Always one page; a server that fails is left out.
 * @throws UpstreamError only for the one server of the path
 */
export async function listTools(
  { catalog, pool }: Pick<CallDependencies, 'catalog' | 'pool'>,
  caller: Caller,
  params: Params,
): Promise<{ tools: unknown[] }> {
  requireFirstPage(params);
  const servers = await decided(caller, (checks) => checks.servers(method));
  const answers = await ask(catalog, caller, servers);
  const offers = answers.flatMap((offer) =>
    offer.ok ? [{ serverId: offer.server.id, tools: offer.tools }] : [],
  );
  const offered = caller.only === null ? exposeTools(strictOffers(offers, caller)) : bareTools(offers);
  const usable = usableTools(catalog, caller, answers);
  const visible = offered.filter(({ address }) => usable.get(address.serverId)?.has(address.tool));
  for (const offer of answers) noteOutcome(caller, offer, visible);
  const failed = caller.only === null ? undefined : answers.find((offer) => !offer.ok);
  if (failed !== undefined) throw failed.error ?? tooSlow(failed.server);
  const tools = caller.only === null ? await withTaskSupport(pool, caller, servers, visible) : visible;
  return { tools: tools.map(({ tool }) => tool) };
}

/** One definition that a client refuses would cost it the tools of all servers. */
function strictOffers(offers: readonly Offered[], { era }: Caller): Offered[] {
  return offers.map(({ serverId, tools }) => ({
    serverId,
    tools: tools.flatMap((one) => strictTool(one, era.name).tool ?? []),
  }));
}

/** The one server of a path may take its own time; among many a slow one is left out. */
async function ask(catalog: Catalog, caller: Caller, servers: readonly Server[]): Promise<Offer[]> {
  const asked = servers.filter((server) => mayUseAny(caller, server));
  return catalog.offers(asked, ownerOf(caller), { patient: caller.only !== null });
}

function noteOutcome(caller: Caller, offer: Offer, visible: readonly ExposedTool[]): void {
  const { id } = offer.server;
  const shown = visible.filter(({ address }) => address.serverId === id).length;
  const outcome = offer.ok
    ? { outcome: 'ok', offered: offer.tools.length, hidden: offer.tools.length - shown }
    : { outcome: offer.error === undefined ? 'late' : 'error', kind: offer.error?.kind ?? null };
  caller.trail.note({ event: 'tool_result', server_id: id, detail: { method, ...outcome } });
}

function tooSlow(server: Server): UpstreamError {
  return new UpstreamError('timeout', `server ${quote(server.id)} did not list its tools in time`);
}

function bareTools(offers: readonly Offered[]): ExposedTool[] {
  return offers.flatMap(({ serverId, tools }) =>
    tools.map((tool) => ({ address: { serverId, tool: tool.name }, tool })),
  );
}

/** By server, the names of the tools that a call of this caller may use. */
function usableTools(
  catalog: Catalog,
  { client }: Caller,
  offers: readonly Offer[],
): ReadonlyMap<string, ReadonlySet<string>> {
  const usable = offers.map((offer): [string, Set<string>] => {
    const { server } = offer;
    const tools = offer.ok ? offer.tools : [];
    const allowed = tools.filter((tool) => {
      const definition = server.pinTools ? catalog.compare(server, tool) : 'unknown';
      return decideTool(client, server, tool.name, definition).allowed === true;
    });
    return [server.id, new Set(allowed.map(({ name }) => name))];
  });
  return new Map(usable);
}

/** A server whose every tool is closed to this client is not even started to be asked. */
function mayUseAny(caller: Caller, server: Server): boolean {
  return (
    server.toolPolicy.mode !== 'deny_all' && caller.client.toolPolicy.get(server.id)?.mode !== 'deny_all'
  );
}
