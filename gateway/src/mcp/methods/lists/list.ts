import type { Catalog } from '../../../catalog/catalog.ts';
import type { Offer } from '../../../catalog/offers.ts';
import { kinds, type Item, type Kind } from '../../../catalog/items.ts';
import { rejectionOf } from '../../../catalog/unsupportedList.ts';
import { UpstreamError } from '../../../errors.ts';
import type { Server } from '../../../registry/types.ts';
import { ownerOf, type Caller } from '../../call/caller.ts';
import { decided } from '../../call/authorize.ts';
import { listReply, type Reply } from '../../call/reply.ts';
import type { RpcRequest } from '../../jsonrpc/message.ts';
import { quote } from '../../jsonrpc/rpcFailure.ts';
import { mayUseAny } from './askUnknown.ts';
import type { ListView, ListViews } from './listViews.ts';
import { requireFirstPage } from './onePage.ts';
import { viewerOf } from './viewerOf.ts';

/**
 * `tools/list`, `prompts/list`, `resources/list` and `resources/templates/list`: what the caller may use, of all its servers
 * under names of `/mcp`, or of the path's one server under its own. Always one page; a server that fails is left out.
 * @throws UpstreamError only on the path of one server
 */
export async function list(
  { catalog, views }: { readonly catalog: Catalog; readonly views: ListViews },
  caller: Caller,
  kind: Kind,
  request: RpcRequest,
): Promise<Reply> {
  const { method, member } = kinds[kind];
  requireFirstPage(request.params);
  const granted = await decided(caller, (checks) => checks.servers(method));
  const servers = kind === 'tools' ? granted.filter((server) => mayUseAny(caller, server)) : granted;
  // The one server of a path is waited for; among many, a slow one is left out.
  const patience = { patient: caller.only !== null };
  const offers = await catalog.offersOf(kind, servers, ownerOf(caller), patience);
  const answers = caller.only === null ? offers : offers.map(asAnswered);
  const view = views.of(viewerOf(caller), kind, answers);
  for (const offer of answers) noteOutcome(caller, method, offer, view);
  const failed = caller.only === null ? undefined : answers.find((offer) => !offer.ok);
  if (failed !== undefined) throw failed.error ?? tooSlow(failed.server);
  caller.era.listed(kind, view.text.digest);
  return listReply(caller, request, member, view.text);
}

/** On the path of one server, an error that stands for an empty list on `/mcp` is passed on. */
function asAnswered(offer: Offer<Item>): Offer<Item> {
  const error = offer.ok ? rejectionOf(offer.items) : undefined;
  return error === undefined ? offer : { server: offer.server, ok: false, error };
}

function noteOutcome(caller: Caller, method: string, offer: Offer<Item>, { shown }: ListView): void {
  const { id } = offer.server;
  const outcome = offer.ok
    ? { outcome: 'ok', offered: offer.items.length, hidden: offer.items.length - (shown.get(id) ?? 0) }
    : { outcome: offer.error === undefined ? 'late' : 'error', kind: offer.error?.kind ?? null };
  caller.trail.note({ event: 'tool_result', server_id: id, detail: { method, ...outcome } });
}

function tooSlow(server: Server): UpstreamError {
  return new UpstreamError('timeout', `server ${quote(server.id)} did not list its tools in time`);
}
