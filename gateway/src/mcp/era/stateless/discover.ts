import { modernRevision } from '../../../upstream/rpc/modernEnvelope.ts';
import type { UpstreamPool } from '../../../upstream/types.ts';
import { ownerOf, type Caller } from '../../call/caller.ts';
import { instructionsOf, offeredCapabilities } from '../../methods/capabilities.ts';
import { decided } from '../../call/authorize.ts';
import { instanceInTime } from '../../call/instanceInTime.ts';
import { modernRevisions } from './envelope.ts';

/** `server/discover` (MCP 2026-07-28, server/discover): what is offered here, on the path of one server what that server has. */
export async function discover(pool: UpstreamPool, caller: Caller): Promise<Record<string, unknown>> {
  const server = await decided(caller, (checks) => {
    return caller.only === null ? undefined : checks.server(caller.only, { method: 'server/discover' });
  });
  const instance = server === undefined ? undefined : await instanceInTime(pool, server, ownerOf(caller));
  return {
    supportedVersions: modernRevisions,
    capabilities: offeredCapabilities(instance, modernRevision),
    ...instructionsOf(instance),
  };
}
