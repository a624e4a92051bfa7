import { RpcCode } from '../../errors.ts';
import type { Caller } from '../call/caller.ts';
import type { CallDependencies } from '../call/forward.ts';
import type { Reply } from '../call/reply.ts';
import type { RpcRequest } from '../jsonrpc/message.ts';
import type { ResponseNotifier } from '../jsonrpc/notifier.ts';
import { quote, RpcFailure } from '../jsonrpc/rpcFailure.ts';
import { callTool } from './callTool.ts';
import { complete } from './complete.ts';
import { getPrompt } from './getPrompt.ts';
import { list } from './lists/list.ts';
import type { ListViews } from './lists/listViews.ts';
import type { SearchDependencies } from './search/answerSearch.ts';
import { readResource } from './resources.ts';

export interface DispatchDependencies extends CallDependencies, SearchDependencies {
  readonly views: ListViews;
}

/**
 * Passes a request to its handler: first those of both eras, then those of the client's era only.
 * @throws RpcFailure, UpstreamError, AuditUnavailableError
 */
export async function dispatch(
  deps: DispatchDependencies,
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
      return list(deps, caller, 'tools', request);
    case 'prompts/list':
      return list(deps, caller, 'prompts', request);
    case 'resources/list':
      return list(deps, caller, 'resources', request);
    case 'resources/templates/list':
      return list(deps, caller, 'templates', request);
    default:
      return caller.era.respond(caller, request, notifier) ?? unknownMethod(request);
  }
}

function unknownMethod({ method }: RpcRequest): never {
  throw new RpcFailure(RpcCode.methodNotFound, `LMCP does not know the method ${quote(method)}`);
}
