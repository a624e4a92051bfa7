import type { Catalog, Offer } from '../../catalog/catalog.ts';
import { exposeTools } from '../../catalog/expose.ts';
import { kinds, type Item, type Kind } from '../../catalog/items.ts';
import { strictItem } from '../../catalog/strict/strictItem.ts';
import { exposedUri } from '../../catalog/resourceUris.ts';
import type { Tool } from '../../catalog/tools.ts';
import { ownerOf, type Caller } from '../call/caller.ts';
import { decided } from '../call/authorize.ts';
import type { Params } from '../jsonrpc/message.ts';
import { requireFirstPage } from './onePage.ts';

type OtherKind = Exclude<Kind, 'tools'>;

interface Offered {
  readonly serverId: string;
  readonly items: readonly Item[];
}

/**
 * `prompts/list`, `resources/list` and `resources/templates/list`: everything of the servers that the caller may reach, under
 * names of `/mcp`, or of the one server of the path under its own. Always one page; a server that fails is left out.
 * @throws UpstreamError only for the one server of the path
 */
export async function listOthers(
  catalog: Catalog,
  caller: Caller,
  kind: OtherKind,
  params: Params,
): Promise<Record<string, unknown>> {
  const { method, member } = kinds[kind];
  requireFirstPage(params);
  const servers = await decided(caller, (checks) => checks.servers(method));
  const patience = { patient: caller.only !== null };
  const answers = await catalog.offersOf(kind, servers, ownerOf(caller), patience);
  for (const offer of answers) noteOutcome(caller, method, offer);
  const failed = caller.only === null ? undefined : answers.find((offer) => !offer.ok);
  if (failed?.error !== undefined) throw failed.error;
  const offered = answers.flatMap(asOffered);
  return { [member]: caller.only === null ? renamed(kind, offered) : offered.flatMap(({ items }) => items) };
}

function noteOutcome(caller: Caller, method: string, offer: Offer<Item>): void {
  const outcome = offer.ok
    ? { outcome: 'ok', offered: offer.tools.length, hidden: 0 }
    : { outcome: offer.error === undefined ? 'late' : 'error', kind: offer.error?.kind ?? null };
  caller.trail.note({ event: 'tool_result', server_id: offer.server.id, detail: { method, ...outcome } });
}

function asOffered(offer: Offer<Item>): Offered[] {
  return offer.ok ? [{ serverId: offer.server.id, items: offer.tools }] : [];
}

function renamed(kind: OtherKind, offered: readonly Offered[]): Item[] {
  if (kind === 'prompts') {
    const prompts = offered.map(({ serverId, items }) => ({
      serverId,
      tools: items.map((item) => strictItem(kind, item) as Tool),
    }));
    return exposeTools(prompts).map(({ tool }) => tool);
  }
  const { id } = kinds[kind];
  return offered.flatMap(({ serverId, items }) =>
    items.flatMap((item) => {
      const uri = exposedUri({ serverId, uri: String(item[id]) });
      return uri === undefined ? [] : [{ ...strictItem(kind, item), [id]: uri }];
    }),
  );
}
