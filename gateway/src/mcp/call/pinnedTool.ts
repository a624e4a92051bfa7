import type { Catalog } from '../../catalog/catalog.ts';
import { RpcCode } from '../../errors.ts';
import { decideTool } from '../../policy/decide.ts';
import type { Server } from '../../registry/types.ts';
import { ownerOf, type Caller } from './caller.ts';
import type { GateContext } from './authorize.ts';
import { quote, RpcFailure } from '../jsonrpc/rpcFailure.ts';

/**
 * The gate in front of a tool of a server with `pin_tools`: only a tool that this server lists, and describes as it was
 * approved, may be called. What the tool policy denies is left to its own gate.
 * @throws RpcFailure −32011 where it is no; UpstreamError where the server can't be asked
 */
export async function enterPinned(
  catalog: Catalog,
  caller: Caller,
  server: Server,
  { method, tool }: GateContext & { readonly tool: string },
): Promise<void> {
  if (!decideTool(caller.client, server, tool).allowed) return;
  // To be asked, the server may have to be started: what let the caller this far is on record before that.
  await caller.trail.commit();
  const approved = await catalog.tools(server, ownerOf(caller));
  if (approved.some(({ name }) => name === tool)) return;
  const reason = 'tool_not_approved';
  caller.trail.note({
    event: 'tool_authz',
    server_id: server.id,
    tool_name: tool,
    allowed: false,
    reason,
    detail: { method, rule: `servers.${server.id}.pin_tools` },
  });
  throw new RpcFailure(
    RpcCode.toolDenied,
    `the tool ${quote(tool)} of ${quote(server.id)} is new or has changed, and waits for the approval of whoever runs LMCP`,
    { reason },
  );
}
