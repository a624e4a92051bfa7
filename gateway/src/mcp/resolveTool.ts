import type { Catalog } from '../catalog/catalog.ts';
import { exposeTools } from '../catalog/expose.ts';
import { looksLikeAlias, splitName, type ToolAddress } from '../catalog/names.ts';
import { ownerOf, type Caller } from './caller.ts';
import { enterServer } from './gates.ts';

/** The part of an alias that always shows its server: what is left of 52 characters after the longest hash. */
const stump = 11;

/** Which tool of which server a name means to this caller; undefined when it names none. */
export async function resolveTool(
  catalog: Catalog,
  caller: Caller,
  name: string,
): Promise<ToolAddress | undefined> {
  if (caller.only !== null) return { serverId: caller.only, tool: name };
  return (looksLikeAlias(name) ? await resolveAlias(catalog, caller, name) : undefined) ?? splitName(name);
}

/** An alias can only be read from the lists of the servers it may belong to. */
async function resolveAlias(
  catalog: Catalog,
  caller: Caller,
  name: string,
): Promise<ToolAddress | undefined> {
  const candidates = [...caller.registry.servers.values()].filter(
    ({ id }) => caller.client.allowServers.has(id) && name.startsWith(`${id}__`.slice(0, stump)),
  );
  if (candidates.length === 0) return undefined;
  for (const { id } of candidates) enterServer(caller, id, { method: 'tools/list' });
  await caller.trail.commit();
  const offers = await catalog.offers(candidates, ownerOf(caller));
  const offered = offers.flatMap((offer) =>
    offer.ok ? [{ serverId: offer.server.id, tools: offer.tools }] : [],
  );
  return exposeTools(offered).find(({ tool }) => tool.name === name)?.address;
}
