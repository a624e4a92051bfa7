import type { Catalog } from '../../catalog/catalog.ts';
import type { ToolDefinition } from '../../catalog/tools.ts';
import { RpcCode } from '../../errors.ts';
import {
  decideServer,
  decideTool,
  refusalMessage,
  serverSubject,
  toolSubject,
  type Decision,
} from '../../policy/decide.ts';
import type { Server } from '../../registry/types.ts';
import { RpcFailure } from '../jsonrpc/rpcFailure.ts';
import { ownerOf, type Caller } from './caller.ts';

/**
 * The gate in front of a server: notes the decision, and throws −32003 where it is no; one that does not exist and one that
 * is not granted get the same words.
 */
export function enterServer(caller: Caller, serverId: string, context: GateContext): Server {
  const server = caller.registry.servers.get(serverId);
  const decision = decideServer(caller.client, serverId, server);
  note(caller, 'server_auth', serverId, decision, context);
  if (decision.allowed === true && server !== undefined) return server;
  const subject = serverSubject(caller.client, serverId, server);
  throw new RpcFailure(RpcCode.serverNotAllowed, refusalMessage(subject, decision));
}

/**
 * The gates of all servers asked, those granted or the one of the path; decisions are durable when this resolves, a refusal
 * when it rejects.
 */
export async function enterServers(caller: Caller, method: string): Promise<Server[]> {
  try {
    if (caller.only !== null) return [enterServer(caller, caller.only, { method })];
    return [...caller.client.allowServers]
      .filter((id) => caller.registry.servers.has(id))
      .map((id) => enterServer(caller, id, { method }));
  } finally {
    await caller.trail.commit();
  }
}

/** The gates in front of a prompt, a resource or a completion: its server's grant covers it, and the decision is on record. */
export function enterOther(caller: Caller, serverId: string, context: GateContext): Server {
  const server = enterServer(caller, serverId, context);
  note(caller, 'tool_authz', serverId, decideServer(caller.client, serverId, server), context);
  return server;
}

/**
 * The gates in front of a tool: notes the decision, and throws −32011 where it is no. Where it depends on the tool's
 * definition, the server is asked first.
 * @throws RpcFailure; UpstreamError where the server can't be asked
 */
export async function enterTool(
  catalog: Catalog,
  caller: Caller,
  server: Server,
  context: GateContext & { readonly tool: string },
): Promise<void> {
  const { client } = caller;
  const { tool } = context;
  let definition: ToolDefinition = 'unknown';
  let decision = decideTool(client, server, tool, definition);
  if (decision.allowed === null) {
    // To be asked, the server may have to be started: the decisions so far are durable before that.
    await caller.trail.commit();
    definition = await catalog.definition(server, ownerOf(caller), tool);
    decision = decideTool(client, server, tool, definition);
  }
  note(caller, 'tool_authz', server.id, decision, context);
  if (decision.allowed === true) return;
  throw new RpcFailure(
    RpcCode.toolDenied,
    refusalMessage(toolSubject(client, server, tool, definition), decision),
    { reason: decision.reason },
  );
}

export interface GateContext {
  readonly method: string;
  readonly tool?: string;
  /** What else is asked for: a prompt, a resource. */
  readonly about?: Readonly<Record<string, unknown>>;
  /** HMAC and size of the arguments, never the arguments. */
  readonly args?: { readonly hmac: string; readonly bytes: number };
}

function note(
  caller: Caller,
  event: 'server_auth' | 'tool_authz',
  serverId: string,
  decision: Decision,
  { method, tool, args, about }: GateContext,
): void {
  caller.trail.note({
    event,
    server_id: serverId,
    tool_name: tool ?? null,
    allowed: decision.allowed,
    reason: decision.reason,
    detail: {
      method,
      ...about,
      rule: decision.rule,
      ...(args === undefined || event === 'server_auth' ? {} : { args }),
    },
  });
}
