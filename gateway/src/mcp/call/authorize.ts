import { RpcCode } from '../../errors.ts';
import { decideServer, decideTool, type Decision } from '../../policy/decide.ts';
import type { Server } from '../../registry/types.ts';
import type { Caller } from './caller.ts';
import { quote, RpcFailure } from '../jsonrpc/rpcFailure.ts';

/**
 * The gate in front of a server: notes the decision, and throws −32003 where it is no; one that does not exist and one that
 * is not granted get the same words.
 */
export function enterServer(caller: Caller, serverId: string, context: GateContext): Server {
  const server = caller.registry.servers.get(serverId);
  const decision = decideServer(caller.client, serverId, server);
  note(caller, 'server_auth', serverId, decision, context);
  if (decision.allowed && server !== undefined) return server;
  throw new RpcFailure(
    RpcCode.serverNotAllowed,
    `this client may not use a server named ${quote(serverId)}; whoever runs LMCP can grant it in allow_servers`,
  );
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

/** The gate in front of a tool: notes the decision, and throws −32011 where it is no. */
export function enterTool(
  caller: Caller,
  server: Server,
  context: GateContext & { readonly tool: string },
): void {
  const decision = decideTool(caller.client, server, context.tool);
  note(caller, 'tool_authz', server.id, decision, context);
  if (decision.allowed) return;
  throw new RpcFailure(
    RpcCode.toolDenied,
    `the tool ${quote(context.tool)} of ${quote(server.id)} is denied by tool policy (${decision.reason})`,
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
