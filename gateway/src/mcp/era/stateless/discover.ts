import { modernRevision } from '../../../upstream/rpc/modernEnvelope.ts';
import type { Catalog } from '../../../catalog/catalog.ts';
import { ownerOf, type Caller } from '../../call/caller.ts';
import { offeredCapabilities } from '../../methods/capabilities.ts';
import { instructionsFor } from '../../methods/instructions.ts';
import { decided } from '../../call/authorize.ts';
import { describedInTime } from '../../call/describedInTime.ts';
import { modernRevisions } from './envelope.ts';

/** `server/discover` (MCP 2026-07-28, server/discover): what LMCP or, on its own path, one server offers. */
export async function discover(catalog: Catalog, caller: Caller): Promise<Record<string, unknown>> {
  const server = await decided(caller, (checks) => {
    return caller.only === null ? undefined : checks.server(caller.only, { method: 'server/discover' });
  });
  const described =
    server === undefined ? undefined : await describedInTime(catalog, server, ownerOf(caller));
  return {
    supportedVersions: modernRevisions,
    capabilities: offeredCapabilities(described, modernRevision),
    ...instructionsFor(catalog, caller, ownerOf(caller), described),
  };
}
