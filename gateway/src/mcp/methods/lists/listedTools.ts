import type { Tool } from '../../../catalog/tools.ts';
import type { ToolListing } from '../../../registry/types.ts';
import { firstSentence } from '../../../search/firstSentence.ts';
import { isAlwaysListed } from '../../../search/listing.ts';
import { isObject, own } from '../../jsonrpc/message.ts';
import { describeTool, searchToolDefinitions } from '../search/searchTools.ts';

/** Tools of `/mcp` that are all listed; with short descriptions also what gives the whole ones. */
export function listedWhole(listing: ToolListing, tools: readonly Tool[]): readonly Tool[] {
  return listing.descriptions === 'short' ? [describeTool, ...tools.map(shortDescribed)] : tools;
}

/** What is listed in place of tools that are searched for. @param servers which servers there are, in a few words */
export function listedForSearch(
  listing: ToolListing,
  tools: readonly Tool[],
  servers: string,
  supportsTasks: boolean,
): readonly Tool[] {
  const always = tools.filter(({ name }) => isAlwaysListed(listing, name));
  return [
    ...searchToolDefinitions(servers, supportsTasks),
    ...(listing.descriptions === 'short' ? always.map(shortDescribed) : always),
  ];
}

/**
 * A tool with the first sentence of its description. The whole one is in `_meta`, which applications keep for themselves: a model reads
 * less, although the answer gets no shorter.
 */
export function shortDescribed(tool: Tool): Tool {
  const whole = own(tool, 'description');
  if (typeof whole !== 'string') return tool;
  const description = firstSentence(whole.trim()).trim();
  if (description.length >= whole.trim().length) return tool;
  const meta = own(tool, '_meta');
  return { ...tool, description, _meta: { ...(isObject(meta) ? meta : {}), 'lmcp/description': whole } };
}
