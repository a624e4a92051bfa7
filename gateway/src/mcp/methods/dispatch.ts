import { RpcCode } from '../../errors.ts';
import type { Caller } from '../call/caller.ts';
import type { CallDependencies } from '../call/forward.ts';
import { resultReply, type Reply } from '../call/reply.ts';
import type { RpcRequest } from '../jsonrpc/message.ts';
import type { ResponseNotifier } from '../jsonrpc/notifier.ts';
import { quote, RpcFailure } from '../jsonrpc/rpcFailure.ts';
import { callTool } from './callTool.ts';
import { complete } from './complete.ts';
import { getPrompt } from './getPrompt.ts';
import { listOthers } from './listOthers.ts';
import { listTools } from './listTools.ts';
import { readResource } from './resources.ts';

/**
 * One request through its handler: those that both eras have, then those of the client's era alone.
 * @throws RpcFailure, UpstreamError, AuditUnavailableError
 */
export async function dispatch(
  deps: CallDependencies,
  caller: Caller,
  request: RpcRequest,
  notifier: ResponseNotifier,
): Promise<Reply> {
  switch (request.method) {
    case 'tools/call':
      return callTool(deps, caller, request, notifier);
    case 'prompts/get':
      return getPrompt(deps, caller, request, notifier);
    case 'resources/read':
      return readResource(deps, caller, request, notifier);
    case 'completion/complete':
      return complete(deps, caller, request, notifier);
    case 'tools/list':
      return resultReply(caller, request, await listTools(deps, caller, request.params));
    case 'prompts/list':
      return resultReply(caller, request, await listOthers(deps.catalog, caller, 'prompts', request.params));
    case 'resources/list':
      return resultReply(
        caller,
        request,
        await listOthers(deps.catalog, caller, 'resources', request.params),
      );
    case 'resources/templates/list':
      return resultReply(
        caller,
        request,
        await listOthers(deps.catalog, caller, 'templates', request.params),
      );
    default:
      return caller.era.respond(caller, request, notifier) ?? unknownMethod(request);
  }
}

function unknownMethod({ method }: RpcRequest): never {
  throw new RpcFailure(RpcCode.methodNotFound, `LMCP does not know the method ${quote(method)}`);
}
