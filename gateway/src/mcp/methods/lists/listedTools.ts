import type { Tool } from '../../../catalog/tools.ts';
import type { ToolListing } from '../../../registry/types.ts';
import { firstSentence } from '../../../search/firstSentence.ts';
import { isAlwaysListed } from '../../../search/listing.ts';
import { isObject, own } from '../../jsonrpc/message.ts';
import { describeTool, searchToolDefinitions } from '../search/searchTools.ts';

/** All tools of `/mcp`; with short descriptions, also the tool that returns full ones. */
export function listedWhole(listing: ToolListing, tools: readonly Tool[]): readonly Tool[] {
  return listing.descriptions === 'short' ? [describeTool, ...tools.map(shortDescribed)] : tools;
}

/**
 * The tools listed instead of those that are searched for. The tools that call others announce no tasks: a client would make each
 * call a task, and most tools cannot be one. A tool that can only run as a task is therefore listed itself.
 * @param servers a short description of the servers
 */
export function listedForSearch(
  listing: ToolListing,
  tools: readonly Tool[],
  servers: string,
): readonly Tool[] {
  const always = tools.filter((tool) => isAlwaysListed(listing, tool.name) || mustBeTask(tool));
  return [
    ...searchToolDefinitions(servers),
    ...(listing.descriptions === 'short' ? always.map(shortDescribed) : always),
  ];
}

/**
 * A tool with the first sentence of its description. The full one is in `_meta`, which applications don't pass to the model: the
 * model reads less, although the response gets no shorter.
 */
export function shortDescribed(tool: Tool): Tool {
  const whole = own(tool, 'description');
  if (typeof whole !== 'string') return tool;
  const description = firstSentence(whole);
  if (description.length >= whole.trim().length) return tool;
  const meta = own(tool, '_meta');
  return { ...tool, description, _meta: { ...(isObject(meta) ? meta : {}), 'lmcp/description': whole } };
}

function mustBeTask(tool: Tool): boolean {
  const execution = own(tool, 'execution');
  return isObject(execution) && own(execution, 'taskSupport') === 'required';
}
