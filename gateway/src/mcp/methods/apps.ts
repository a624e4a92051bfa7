import type { Catalog } from '../../catalog/catalog.ts';
import type { Kind } from '../../catalog/items.ts';
import type { ItemAddress } from '../../catalog/names.ts';
import type { ResourceAddress } from '../../catalog/resources/resourceUris.ts';
import type { Tool } from '../../catalog/tools.ts';
import { grantedServers } from '../../policy/grant.ts';
import type { Server } from '../../registry/types.ts';
import { ownerOf, type Caller } from '../call/caller.ts';
import { isView, viewOf } from '../call/resources/views.ts';
import { askUnknown } from './lists/askUnknown.ts';

/** The server of this view; undefined if none or several of the caller's servers name it. */
export async function viewAddress(
  catalog: Catalog,
  caller: Caller,
  uri: string,
): Promise<ResourceAddress | undefined> {
  if (!isView(uri)) return undefined;
  const serverId = await onlyServer(catalog, caller, ['tools', 'resources'], (server) => {
    const tools = toolsOf(catalog, caller, server);
    const listed = catalog.known('resources', server, ownerOf(caller)) ?? [];
    return tools.some((tool) => viewOf(tool) === uri) || listed.some((resource) => resource['uri'] === uri);
  });
  return serverId === undefined ? undefined : { serverId, uri };
}

/** The tool with this server-side name, of a server with views; undefined if none or several servers have one. */
export async function viewTool(
  catalog: Catalog,
  caller: Caller,
  name: string,
): Promise<ItemAddress | undefined> {
  const serverId = await onlyServer(catalog, caller, ['tools'], (server) => {
    const tools = toolsOf(catalog, caller, server);
    return tools.some((tool) => tool.name === name) && tools.some((tool) => viewOf(tool) !== undefined);
  });
  return serverId === undefined ? undefined : { serverId, name };
}

/** Searches the known lists first; servers not listed yet are asked only if no known list has it. */
async function onlyServer(
  catalog: Catalog,
  caller: Caller,
  kinds: readonly Kind[],
  is: (server: Server) => boolean,
): Promise<string | undefined> {
  const found = (): Server[] => grantedServers(caller.client, caller.registry).filter(is);
  if (found().length === 0) await Promise.all(kinds.map((kind) => askUnknown(catalog, caller, kind)));
  const [only, ...others] = found();
  return others.length === 0 ? only?.id : undefined;
}

function toolsOf(catalog: Catalog, caller: Caller, server: Server): readonly Tool[] {
  return (catalog.known('tools', server, ownerOf(caller)) ?? []) as readonly Tool[];
}
