import type { Catalog } from '../../catalog/catalog.ts';
import { exposeItems } from '../../catalog/expose.ts';
import { kinds, type NamedItem } from '../../catalog/items.ts';
import { aliasPrefixLength, looksLikeAlias, splitName, type ItemAddress } from '../../catalog/names.ts';
import { grantedServers } from '../../policy/grant.ts';
import { ownerOf, type Caller } from '../call/caller.ts';
import { viewTool } from './apps.ts';
import { decided } from '../call/authorize.ts';

/** The server and tool (or prompt) that a name refers to for this caller; undefined if there is none. */
export async function resolveTool(
  catalog: Catalog,
  caller: Caller,
  name: string,
  kind: 'tools' | 'prompts' = 'tools',
): Promise<ItemAddress | undefined> {
  if (caller.only !== null) return { serverId: caller.only, name };
  const aliased = looksLikeAlias(name) ? await resolveAlias(catalog, caller, name, kind) : undefined;
  return aliased ?? splitName(name) ?? (kind === 'tools' ? viewTool(catalog, caller, name) : undefined);
}

/** An alias can only be resolved with the lists of the servers it may belong to. */
async function resolveAlias(
  catalog: Catalog,
  caller: Caller,
  name: string,
  kind: 'tools' | 'prompts',
): Promise<ItemAddress | undefined> {
  const candidates = grantedServers(caller.client, caller.registry).filter(({ id }) =>
    name.startsWith(`${id}__`.slice(0, aliasPrefixLength)),
  );
  if (candidates.length === 0) return undefined;
  await decided(caller, (checks) => {
    for (const { id } of candidates) checks.server(id, { method: kinds[kind].method });
  });
  const offers = await catalog.offersOf(kind, candidates, ownerOf(caller));
  const offered = offers.flatMap((offer) =>
    offer.ok ? [{ serverId: offer.server.id, items: offer.items as readonly NamedItem[] }] : [],
  );
  return exposeItems(offered).find(({ item }) => item.name === name)?.address;
}
