import type { Catalog } from '../../catalog/catalog.ts';
import { exposeTools } from '../../catalog/expose.ts';
import { kinds } from '../../catalog/items.ts';
import { looksLikeAlias, splitName, type ToolAddress } from '../../catalog/names.ts';
import type { Tool } from '../../catalog/tools.ts';
import { grantedServers } from '../../policy/grant.ts';
import { ownerOf, type Caller } from '../call/caller.ts';
import { viewTool } from './apps.ts';
import { decided } from '../call/authorize.ts';

/** The part of an alias that always shows its server: what is left of 52 characters after the longest hash. */
const stump = 11;

/** Which tool (or prompt) of which server a name means to this caller; undefined when it names none. */
export async function resolveTool(
  catalog: Catalog,
  caller: Caller,
  name: string,
  kind: 'tools' | 'prompts' = 'tools',
): Promise<ToolAddress | undefined> {
  if (caller.only !== null) return { serverId: caller.only, tool: name };
  const aliased = looksLikeAlias(name) ? await resolveAlias(catalog, caller, name, kind) : undefined;
  return aliased ?? splitName(name) ?? (kind === 'tools' ? viewTool(catalog, caller, name) : undefined);
}

/** An alias can only be read from the lists of the servers it may belong to. */
async function resolveAlias(
  catalog: Catalog,
  caller: Caller,
  name: string,
  kind: 'tools' | 'prompts',
): Promise<ToolAddress | undefined> {
  const candidates = grantedServers(caller.client, caller.registry).filter(({ id }) =>
    name.startsWith(`${id}__`.slice(0, stump)),
  );
  if (candidates.length === 0) return undefined;
  await decided(caller, (checks) => {
    for (const { id } of candidates) checks.server(id, { method: kinds[kind].method });
  });
  const offers = await catalog.offersOf(kind, candidates, ownerOf(caller));
  const offered = offers.flatMap((offer) =>
    offer.ok ? [{ serverId: offer.server.id, tools: offer.tools as readonly Tool[] }] : [],
  );
  return exposeTools(offered).find(({ tool }) => tool.name === name)?.address;
}
