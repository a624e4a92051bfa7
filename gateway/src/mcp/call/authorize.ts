import { durable, onceDurable } from '../../audit/durable.ts';
import type { Catalog } from '../../catalog/catalog.ts';
import type { ToolDefinition } from '../../catalog/tools.ts';
import { RpcCode, UpstreamError } from '../../errors.ts';
import {
  decideServer,
  decideTool,
  denialMessage,
  serverSubject,
  toolSubject,
  type Decision,
} from '../../policy/decide.ts';
import { grantedServers } from '../../policy/grant.ts';
import type { Server } from '../../registry/types.ts';
import { RpcFailure } from '../jsonrpc/rpcFailure.ts';
import { ownerOf, type Caller } from './caller.ts';

/**
 * The only way to decide about a request: every decision is durable before `authorize` returns what was allowed or throws the
 * error that denies it.
 */
export function decided<T>(caller: Caller, decide: (checks: Checks) => T | Promise<T>): Promise<T> {
  return durable(caller.trail, () => decide(new Checks(caller)));
}

interface CheckContext {
  readonly method: string;
  readonly tool?: string;
  /** The target if it isn't a tool: a prompt, a resource. */
  readonly about?: Readonly<Record<string, unknown>>;
  /** HMAC and size of the arguments, never the arguments. */
  readonly args?: { readonly hmac: string; readonly bytes: number };
  /** Set if the tool is called through a calling tool. */
  readonly via?: 'search' | undefined;
}

/** What a server must offer before a client may use it, and the error if it doesn't. */
export interface Offered {
  /** The server's registry key that disables this check. */
  readonly setting: 'unlisted_tools' | 'unlisted_resources';
  readonly lifted: (server: Server) => boolean;
  readonly reason: 'prompt_not_listed' | 'resource_not_listed';
  readonly message: string;
  /** Members of the error's `data` beside the reason. */
  readonly data?: Readonly<Record<string, unknown>>;
  /** Appended to the message: why it may be missing from the list. */
  readonly hint: () => string;
  /** Returns undefined if the server would have to be asked. */
  readonly known: (server: Server) => boolean | undefined;
  /** @throws UpstreamError */
  readonly ask: (server: Server) => Promise<boolean>;
}

/** The checks of a request; each records its decision. */
export class Checks {
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /**
   * Server access. A server that does not exist and one that is not granted get the same message.
   * @throws RpcFailure −32003 if access is denied
   */
  server(serverId: string, context: CheckContext): Server {
    const { client, registry } = this.#caller;
    const server = registry.servers.get(serverId);
    const decision = decideServer(client, serverId, server);
    this.#note('server_auth', serverId, decision, context);
    if (decision.allowed === true && server !== undefined) return server;
    const subject = serverSubject(client, serverId, server);
    throw new RpcFailure(RpcCode.serverNotAllowed, denialMessage(subject, decision));
  }

  /** Access to all servers of a list: the granted ones, or the one of the path. */
  servers(method: string): Server[] {
    const { client, registry, only } = this.#caller;
    if (only !== null) return [this.server(only, { method })];
    return grantedServers(client, registry).map(({ id }) => this.server(id, { method }));
  }

  /** A prompt, a resource, a completion or a task: covered by the grant of its server. */
  other(serverId: string, context: CheckContext): Server {
    const server = this.server(serverId, context);
    const decision = decideServer(this.#caller.client, serverId, server);
    this.#note('tool_authz', serverId, decision, context);
    return server;
  }

  /**
   * A prompt or a resource: covered by the grant of its server, if the server offers it.
   * @returns why the server could not be asked; the request must not be forwarded then
   * @throws RpcFailure −32602 if the server doesn't offer it
   */
  async offered(
    serverId: string,
    context: CheckContext,
    { setting, reason, lifted, message, data, hint, known, ask }: Offered,
  ): Promise<{ readonly server: Server; readonly failed: UpstreamError | undefined }> {
    const server = this.server(serverId, context);
    const offered = lifted(server) || (known(server) ?? (await this.#asked(() => ask(server))));
    if (offered === false) {
      const rule = `servers.${serverId}.${setting}`;
      this.#note('tool_authz', serverId, { allowed: false, reason, rule }, context);
      throw new RpcFailure(RpcCode.invalidParams, message + hint(), { ...data, reason });
    }
    this.#note('tool_authz', serverId, decideServer(this.#caller.client, serverId, server), context);
    return { server, failed: offered === true ? undefined : offered };
  }

  /**
   * Tool policy, the server's list, and pinning. Requests the server's list if it is unknown.
   * @returns why the server could not be asked; the call must not be forwarded then
   * @throws RpcFailure −32011 or −32602 if it is denied; UpstreamError if a pinned server can't be asked
   */
  async tool(
    catalog: Catalog,
    server: Server,
    context: CheckContext & { readonly tool: string },
  ): Promise<UpstreamError | undefined> {
    const { client } = this.#caller;
    const { tool } = context;
    const needsDefinition = server.pinTools || server.unlistedTools === 'deny';
    const known = needsDefinition ? catalog.knownDefinition(server, ownerOf(this.#caller), tool) : undefined;
    let definition: ToolDefinition | UpstreamError = known ?? 'unknown';
    let decision = decideTool(client, server, tool, definition);
    if (decision.allowed !== false && needsDefinition && known === undefined) {
      definition = await this.#asked(() => catalog.definition(server, ownerOf(this.#caller), tool));
      if (definition instanceof UpstreamError) {
        if (server.pinTools) throw definition;
        this.#note('tool_authz', server.id, decideTool(client, server, tool, 'listed'), context);
        return definition;
      }
      decision = decideTool(client, server, tool, definition);
    }
    this.#note('tool_authz', server.id, decision, context);
    if (decision.allowed === true) return undefined;
    throw new RpcFailure(
      decision.reason === 'tool_not_listed' ? RpcCode.invalidParams : RpcCode.toolDenied,
      denialMessage(toolSubject(client, server, tool, definition), decision) +
        (decision.reason === 'tool_not_listed' ? catalog.cut.hint(server.id, 'tools') : ''),
      { reason: decision.reason },
    );
  }

  async #asked<T>(ask: () => Promise<T>): Promise<T | UpstreamError> {
    try {
      return await onceDurable(this.#caller.trail, ask);
    } catch (error) {
      if (error instanceof UpstreamError) return error;
      throw error;
    }
  }

  /** A tool search: returns only what the client may use. */
  search(tool: string, args: { readonly hmac: string; readonly bytes: number }): void {
    const { trail, client } = this.#caller;
    const detail = { method: 'tools/call', rule: `clients.${client.id}.tools`, args };
    trail.note({ event: 'tool_authz', tool_name: tool, allowed: true, reason: 'ok', detail });
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
    decision: Pick<Decision, 'allowed' | 'reason' | 'rule'>,
    { method, tool, args, about, via }: CheckContext,
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
        ...(via === undefined ? {} : { via }),
      },
    });
  }
}
