import type { Catalog } from '../../../catalog/catalog.ts';
import type { Clock } from '../../../clock.ts';
import { RpcCode } from '../../../errors.ts';
import type { SearchCounts } from '../../../search/searchCounts.ts';
import { decided } from '../../call/authorize.ts';
import type { Caller } from '../../call/caller.ts';
import { fingerprint } from '../../call/fingerprint.ts';
import { resultReply, type Reply } from '../../call/reply.ts';
import { isObject, own, type Params, type RpcRequest } from '../../jsonrpc/message.ts';
import { RpcFailure } from '../../jsonrpc/rpcFailure.ts';
import { askUnknown } from '../lists/askUnknown.ts';
import { viewerOf } from '../lists/viewerOf.ts';
import { maxDescribed, maxFound, maxQueries, usualFound } from './searchTools.ts';
import type { ToolSearch, Wanted } from './toolSearch.ts';

/** Characters of one wording, and of a name. */
const maxText = 1_000;

export interface SearchDependencies {
  readonly search: ToolSearch;
  readonly searchCounts: SearchCounts;
  readonly catalog: Catalog;
  readonly clock: Clock;
}

/**
 * `find_tools` and `describe_tools`: answered by LMCP itself from known lists; only servers not listed yet are asked. Logged like
 * calls: the query is an argument, of which the log holds only a digest.
 */
export async function answerSearch(
  { search, searchCounts, catalog, clock }: SearchDependencies,
  caller: Caller,
  request: RpcRequest,
  name: 'find_tools' | 'describe_tools',
): Promise<Reply> {
  const given = own(request.params, 'arguments');
  const args: Params = isObject(given) ? given : {};
  const ask =
    name === 'find_tools'
      ? findBy(search, caller, wantedOf(args))
      : describeBy(search, caller, textsOf(args, 'names', maxDescribed));
  await decided(caller, async (checks) => checks.search(name, await fingerprint(caller, args)));
  const started = clock.monotonic();
  const unknown = await askUnknown(catalog, caller, 'tools');
  const { answer, found } = ask();
  if (name === 'find_tools') searchCounts.add(caller.client.id, found);
  const notListed = unknown.length > 0 && { not_listed: unknown.map(({ id }) => id) };
  const text = JSON.stringify({ ...answer, ...notListed });
  const bytes = Buffer.byteLength(text);
  const detail = { outcome: 'ok', duration_ms: Math.round(clock.monotonic() - started), bytes, found };
  caller.trail.note({ event: 'tool_result', server_id: null, tool_name: name, detail });
  return resultReply(caller, request, { content: [{ type: 'text', text }] });
}

interface Answer {
  readonly answer: object;
  readonly found: number;
}

function findBy(search: ToolSearch, caller: Caller, wanted: Wanted): () => Answer {
  return () => {
    const tools = search.find(viewerOf(caller), wanted);
    const hint = 'Nothing fits. Try other wordings: the technical term, or what the tool would be named.';
    return { answer: tools.length === 0 ? { tools, hint } : { tools }, found: tools.length };
  };
}

function describeBy(search: ToolSearch, caller: Caller, names: readonly string[]): () => Answer {
  return () => {
    const answer = search.describe(viewerOf(caller), names);
    return { answer, found: answer.tools.length };
  };
}

function wantedOf(args: Params): Wanted {
  const server = own(args, 'server');
  const limit = own(args, 'limit') ?? usualFound;
  if (server !== undefined && typeof server !== 'string')
    throw invalid('server must be the name of a server');
  if (!Number.isSafeInteger(limit) || (limit as number) < 1)
    throw invalid('limit must be a whole number from 1');
  return {
    queries: textsOf(args, 'queries', maxQueries),
    server,
    limit: Math.min(limit as number, maxFound),
  };
}

function textsOf(args: Params, key: string, most: number): string[] {
  const given = own(args, key);
  // A model may pass a single value instead of an array.
  const list: readonly unknown[] = Array.isArray(given) ? given : [given];
  const texts = list.filter((one) => typeof one === 'string' && one.length <= maxText);
  if (texts.length !== list.length || texts.length === 0 || texts.length > most)
    throw invalid(`${key} must be one to ${most} texts of at most ${maxText} characters`);
  return texts as string[];
}

function invalid(what: string): RpcFailure {
  return new RpcFailure(RpcCode.invalidParams, `params.arguments.${what}`);
}
