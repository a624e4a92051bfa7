import { RpcCode } from '../../../errors.ts';
import type { Question } from '../../../upstream/types.ts';
import type { ResponseNotifier } from '../../jsonrpc/notifier.ts';
import type { Caller, ModernRequest } from '../../call/caller.ts';
import { forward, record, replyTo, type AdmittedRequest, type CallDependencies } from '../../call/forward.ts';
import { own, type RpcRequest } from '../../jsonrpc/message.ts';
import { RpcFailure } from '../../jsonrpc/rpcFailure.ts';
import { noReply, type Reply } from '../../call/reply.ts';
import { withoutEnvelope } from './params.ts';
import { ParkedCall } from './parkedCall.ts';

/**
 * As `carryOut`, for a client of the stateless era. What the server asks meanwhile ends the response with `input_required`; the
 * client's next request, with our state and its answers, takes the call up where it stands.
 */
export async function carryOutModern(
  deps: CallDependencies,
  caller: Caller,
  request: RpcRequest,
  admitted: AdmittedRequest,
  notifier: ResponseNotifier,
): Promise<Reply> {
  const { modern } = caller;
  if (modern === undefined) throw new Error('a request of the stateless era has its envelope');
  const started = deps.clock.monotonic();
  const call = takeUp(deps, caller, request, admitted, modern, notifier);
  const gone = (): void => call.cancel();
  if (modern.gone.aborted) gone();
  modern.gone.addEventListener('abort', gone, { once: true });
  try {
    const turn = await call.next();
    const outcome = turn.kind === 'outcome' ? turn.outcome : inputRequired(call, turn.questions);
    await record(caller, admitted, outcome, deps.clock.monotonic() - started);
    if (modern.gone.aborted) return noReply;
    if (turn.kind === 'questions') deps.parked.park(call);
    return replyTo(caller, request, admitted, outcome);
  } finally {
    modern.gone.removeEventListener('abort', gone);
  }
}

/** The call that waits for this request, or a new one. */
function takeUp(
  deps: CallDependencies,
  caller: Caller,
  request: RpcRequest,
  admitted: AdmittedRequest,
  modern: ModernRequest,
  notifier: ResponseNotifier,
): ParkedCall {
  const identity = identityOf(caller, admitted);
  const state = own(request.params, 'requestState');
  if (deps.parked.isOurs(state)) {
    const parked = deps.parked.take(state, identity);
    if (parked === undefined) {
      throw new RpcFailure(
        RpcCode.invalidParams,
        'this requestState belongs to no call that waits for answers here: it has run out, or it is of another request',
      );
    }
    parked.resume(own(request.params, 'inputResponses'), notifier);
    return parked;
  }
  const call = new ParkedCall(identity, modern, notifier);
  const client = { notifier: call, signal: call.signal, conversation: call.conversation };
  call.begin(forward(deps, caller, admitted, client));
  return call;
}

/** The same client, the same server, the same request. */
function identityOf(caller: Caller, { server, method, params }: AdmittedRequest): string {
  const { _meta: _changes, ...rest } = withoutEnvelope(params);
  const { hmac } = caller.trail.fingerprint(JSON.stringify(rest));
  return [caller.client.id, caller.only ?? '', server.id, method, hmac].join('\0');
}

function inputRequired(
  call: ParkedCall,
  questions: ReadonlyMap<string, Question>,
): { readonly result: unknown; readonly bytes: number } {
  const inputRequests = Object.fromEntries(questions);
  return { result: { resultType: 'input_required', inputRequests, requestState: call.state }, bytes: 0 };
}
