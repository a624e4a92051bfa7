import { Trail } from '../audit/trail.ts';
import type { Audit } from '../audit/types.ts';
import { governedRoots } from '../mcp/call/questions/clientRequests.ts';
import { rootsOf } from '../mcp/session/rootsOf.ts';
import type { Sessions } from '../mcp/session/sessions.ts';
import type { Registry } from '../registry/types.ts';
import type { Owner, QuestionAnswer } from '../upstream/types.ts';

/** The answer to a server that asks for roots outside of any request; undefined where no client can be asked. */
export function answerRoots(
  { registry, sessions, audit }: { registry: () => Registry; sessions: Sessions; audit: Audit },
  serverId: string,
  owner: Owner,
): Promise<QuestionAnswer> | undefined {
  const client = registry().clients.get(owner.clientId);
  const server = registry().servers.get(serverId);
  const ask = rootsOf(sessions, serverId, owner);
  if (client === undefined || server === undefined || ask === undefined) return undefined;
  const trail = new Trail(audit, null);
  trail.clientId = client.id;
  return governedRoots({ client, trail }, server, ask);
}
