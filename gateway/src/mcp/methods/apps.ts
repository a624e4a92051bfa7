import type { Catalog } from '../../catalog/catalog.ts';
import type { ToolAddress } from '../../catalog/names.ts';
import type { ResourceAddress } from '../../catalog/resources/resourceUris.ts';
import type { Tool } from '../../catalog/tools.ts';
import { grantedServers } from '../../policy/grant.ts';
import type { Server } from '../../registry/types.ts';
import { ownerOf, type Caller } from '../call/caller.ts';
import { isView, viewOf } from '../call/resources/views.ts';

/** Which server's view this is; undefined where none, or several, of the caller's servers name it. */
export function viewAddress(catalog: Catalog, caller: Caller, uri: string): ResourceAddress | undefined {
  if (!isView(uri)) return undefined;
  const serverId = onlyServer(caller, (server) => {
    const tools = toolsOf(catalog, caller, server);
    const listed = catalog.known('resources', server, ownerOf(caller)) ?? [];
    return tools.some((tool) => viewOf(tool) === uri) || listed.some((resource) => resource['uri'] === uri);
  });
  return serverId === undefined ? undefined : { serverId, uri };
}

/** The tool of a server with views that goes by this name of its own; undefined where none, or several, have it. */
export function viewTool(catalog: Catalog, caller: Caller, name: string): ToolAddress | undefined {
  const serverId = onlyServer(caller, (server) => {
    const tools = toolsOf(catalog, caller, server);
    return tools.some((tool) => tool.name === name) && tools.some((tool) => viewOf(tool) !== undefined);
  });
  return serverId === undefined ? undefined : { serverId, tool: name };
}

function onlyServer({ client, registry }: Caller, is: (server: Server) => boolean): string | undefined {
  const found = grantedServers(client, registry).filter(is);
  return found.length === 1 ? found[0]?.id : undefined;
}

function toolsOf(catalog: Catalog, caller: Caller, server: Server): readonly Tool[] {
  return (catalog.known('tools', server, ownerOf(caller)) ?? []) as readonly Tool[];
}
