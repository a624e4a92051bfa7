import type { Catalog } from '../../../catalog/catalog.ts';
import { RpcCode } from '../../../errors.ts';
import { readClientCapabilities } from '../../../upstream/clientCapabilities.ts';
import type { Caller } from '../../call/caller.ts';
import { offeredCapabilities } from '../../methods/capabilities.ts';
import { instructionsFor } from '../../methods/instructions.ts';
import { decided } from '../../call/authorize.ts';
import { resultReply, type Reply } from '../../call/reply.ts';
import { own, type RpcRequest } from '../../jsonrpc/message.ts';
import { describedInTime } from '../../call/describedInTime.ts';
import { RpcFailure } from '../../jsonrpc/rpcFailure.ts';
import { negotiate } from './revisions.ts';
import { applicationName } from '../../session/applicationName.ts';
import type { Sessions } from '../../session/sessions.ts';

export interface InitializeDependencies {
  readonly sessions: Sessions;
  readonly catalog: Catalog;
  readonly version: string;
}

/**
 * The handshake of the 2024 and 2025 eras (MCP 2025-11-25, basic/lifecycle): opens a session bound to the caller's token. On
 * the path of one server the client gets that server's capabilities.
 */
export async function initialize(
  { sessions, catalog, version }: InitializeDependencies,
  caller: Caller,
  tokenKey: string,
  request: RpcRequest,
): Promise<Reply> {
  const server = await decided(caller, (checks) => {
    return caller.only === null ? undefined : checks.server(caller.only, { method: 'initialize' });
  });
  const revision = negotiate(own(request.params, 'protocolVersion'));
  const capabilities = readClientCapabilities(own(request.params, 'capabilities'));
  const application = applicationName(own(request.params, 'clientInfo'));
  const { only, client, asksForSearch = false } = caller;
  const identity = {
    clientId: client.id,
    tokenKey,
    only,
    revision,
    capabilities,
    asksForSearch,
    application,
  };
  const session = sessions.open(identity);
  if (session === undefined) {
    throw new RpcFailure(
      RpcCode.internalError,
      'this client has too many sessions open, and none is idle; close some and try again',
      { kind: 'overloaded' },
    );
  }
  const owner = { clientId: client.id, sessionId: session.id, capabilities, revision };
  const described = server === undefined ? undefined : await describedInTime(catalog, server, owner);
  const result = {
    protocolVersion: revision,
    capabilities: offeredCapabilities(described, revision),
    serverInfo: { name: 'lmcp', title: 'LMCP', version },
    ...instructionsFor(catalog, caller, owner, described),
  };
  return { ...resultReply(caller, request, result), headers: { 'Mcp-Session-Id': session.id } };
}
