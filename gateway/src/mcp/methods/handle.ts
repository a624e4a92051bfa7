import { durable } from '../../audit/durable.ts';
import type { Caller } from '../call/caller.ts';
import { enterLimit, type TakeToken } from '../call/limit.ts';
import type { Reply } from '../call/reply.ts';
import type { RpcRequest } from '../jsonrpc/message.ts';
import type { ResponseNotifier } from '../jsonrpc/notifier.ts';
import { dispatch, type DispatchDependencies } from './dispatch.ts';

export interface HandleDependencies extends DispatchDependencies {
  readonly limit: TakeToken;
}

/**
 * Passes a request of any era through its rate limit and its handler. Audit entries of the handler are durable before the
 * request is answered.
 * @throws RpcFailure, UpstreamError, AuditUnavailableError
 */
export async function handle(
  deps: HandleDependencies,
  caller: Caller,
  request: RpcRequest,
  notifier: ResponseNotifier,
): Promise<Reply> {
  return durable(caller.trail, () => {
    enterLimit(deps.limit, caller, request.method);
    return dispatch(deps, caller, request, notifier);
  });
}
