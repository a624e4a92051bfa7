import type { Catalog } from '../../catalog/catalog.ts';
import type { ItemAddress } from '../../catalog/names.ts';
import type { Offered } from '../call/authorize.ts';
import { ownerOf, type Caller } from '../call/caller.ts';
import { quote } from '../jsonrpc/rpcFailure.ts';

/** A prompt is available under its exact listed name. */
export function offeredPrompt(
  catalog: Catalog,
  caller: Caller,
  { serverId, name: prompt }: ItemAddress,
): Offered {
  const owner = ownerOf(caller);
  return {
    setting: 'unlisted_tools',
    lifted: ({ unlistedTools }) => unlistedTools === 'allow',
    reason: 'prompt_not_listed',
    message: `server ${quote(serverId)} does not list a prompt named ${quote(prompt)}`,
    hint: () => catalog.cut.hint(serverId, 'prompts'),
    known: (server) => {
      const known = catalog.peek('prompts', server, owner, prompt);
      return known && known.item !== undefined;
    },
    ask: async (server) => (await catalog.find('prompts', server, owner, prompt)) !== undefined,
  };
}
