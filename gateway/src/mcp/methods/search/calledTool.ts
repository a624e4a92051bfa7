import type { Catalog } from '../../../catalog/catalog.ts';
import type { Tool } from '../../../catalog/tools.ts';
import { RpcCode } from '../../../errors.ts';
import type { Server } from '../../../registry/types.ts';
import { callToolFor, type CallTool } from '../../../search/callTools.ts';
import { hasDescriptions, hasSearch } from '../../../search/listing.ts';
import { ownerOf, type Caller } from '../../call/caller.ts';
import type { Outcome } from '../../call/outcome.ts';
import { isObject, own, type Params } from '../../jsonrpc/message.ts';
import { quote } from '../../jsonrpc/rpcFailure.ts';
import { isSearchTool, type SearchTool } from './searchTools.ts';

/** The search tool that a call names; undefined for any other tool, and for a client without tool search. */
export function searchToolOf(
  { client, only, asksForSearch = false }: Caller,
  params: Params,
): SearchTool | undefined {
  const name = own(params, 'name');
  if (only !== null || !isSearchTool(name)) return undefined;
  const has = name === 'describe_tools' ? hasDescriptions : hasSearch;
  return has(client.tools, asksForSearch) ? name : undefined;
}

/** The wrapped call of a tool that calls others; the rest of the request stays unchanged. */
export function calledParams(params: Params): Params {
  const given = own(params, 'arguments');
  const { arguments: _given, ...rest } = params;
  const args = isObject(given) ? own(given, 'arguments') : undefined;
  const name = isObject(given) ? own(given, 'name') : undefined;
  return { ...rest, name, ...(args === undefined ? {} : { arguments: args }) };
}

/**
 * Rejects a call made with the wrong calling tool: an application may allow all calls of a calling tool that a person approved
 * once. Decides by the definition that the call was checked against; a tool without annotations counts as writing.
 */
export function wrongCall(
  catalog: Catalog,
  caller: Caller,
  server: Server,
  tool: string,
  by: CallTool,
): Outcome | undefined {
  const right = callToolFor(lastListed(catalog, caller, server, tool));
  if (right === by) return undefined;
  const message = `the tool ${quote(tool)} of server ${quote(server.id)} is called by ${right}, not by ${by}`;
  return { error: { code: RpcCode.invalidParams, message, data: { call: right } }, bytes: 0 };
}

/** The current definition or, while the list is being refreshed, the last one. */
function lastListed(catalog: Catalog, caller: Caller, server: Server, tool: string): Tool | undefined {
  const owner = ownerOf(caller);
  const now = catalog.peek('tools', server, owner, tool)?.item;
  const last = catalog.known('tools', server, owner)?.find(({ name }) => name === tool);
  return (now ?? last) as Tool | undefined;
}
