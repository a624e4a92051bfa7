import { durable, onceDurable } from '../../audit/durable.ts';
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
 * Decides about a request, and is the only way to: every decision is durable before what was allowed comes out, or the error
 * that denies it.
 */
export function decided<T>(caller: Caller, decide: (checks: Checks) => T | Promise<T>): Promise<T> {
  return durable(caller.trail, () => decide(new Checks(caller)));
}

interface CheckContext {
  readonly method: string;
  readonly tool?: string;
  /** What else is asked for: a prompt, a resource. */
  readonly about?: Readonly<Record<string, unknown>>;
  /** HMAC and size of the arguments, never the arguments. */
  readonly args?: { readonly hmac: string; readonly bytes: number };
}

/** The checks of a request; each notes its decision, in one place. */
export class Checks {
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /**
   * Server access. A server that does not exist and one that is not granted get the same message.
   * @throws RpcFailure −32003 where it is denied
   */
  server(serverId: string, context: CheckContext): Server {
    const { client, registry } = this.#caller;
    const server = registry.servers.get(serverId);
    const decision = decideServer(client, serverId, server);
    this.#note('server_auth', serverId, decision, context);
    if (decision.allowed === true && server !== undefined) return server;
    const subject = serverSubject(client, serverId, server);
    throw new RpcFailure(RpcCode.serverNotAllowed, refusalMessage(subject, decision));
  }

  /** Access to all servers of a list: those granted, or the one of the path. */
  servers(method: string): Server[] {
    const { client, registry, only } = this.#caller;
    if (only !== null) return [this.server(only, { method })];
    return [...client.allowServers]
      .filter((id) => registry.servers.has(id))
      .map((id) => this.server(id, { method }));
  }

  /** A prompt, a resource, a completion or a task: the grant of its server covers it. */
  other(serverId: string, context: CheckContext): Server {
    const server = this.server(serverId, context);
    const decision = decideServer(this.#caller.client, serverId, server);
    this.#note('tool_authz', serverId, decision, context);
    return server;
  }

  /**
   * Tool policy and pinning. Where the decision depends on the tool's definition, the server is asked first.
   * @throws RpcFailure −32011 where it is denied; UpstreamError where the server can't be asked
   */
  async tool(
    catalog: Catalog,
    server: Server,
    context: CheckContext & { readonly tool: string },
  ): Promise<void> {
    const { client, trail } = this.#caller;
    const { tool } = context;
    let definition: ToolDefinition = 'unknown';
    let decision = decideTool(client, server, tool, definition);
    if (decision.allowed === null) {
      definition = await onceDurable(trail, () => catalog.definition(server, ownerOf(this.#caller), tool));
      decision = decideTool(client, server, tool, definition);
    }
    this.#note('tool_authz', server.id, decision, context);
    if (decision.allowed === true) return;
    throw new RpcFailure(
      RpcCode.toolDenied,
      refusalMessage(toolSubject(client, server, tool, definition), decision),
      { reason: decision.reason },
    );
  }

  /** A tool that no server has. */
  unknownTool(name: string, method: string): void {
    const { trail } = this.#caller;
    const detail = { method };
    trail.note({ event: 'tool_authz', tool_name: name, allowed: false, reason: 'unknown_tool', detail });
  }

  #note(
    event: 'server_auth' | 'tool_authz',
    serverId: string,
    decision: Decision,
    { method, tool, args, about }: CheckContext,
  ): void {
    this.#caller.trail.note({
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
}
