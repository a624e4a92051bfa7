import type { Conversation } from '../../upstream/types.ts';
import type { ResponseNotifier } from '../jsonrpc/notifier.ts';
import type { Caller } from './caller.ts';
import { conversationOf } from '../era/legacy/conversation.ts';
import { forward, record, replyTo, type AdmittedRequest, type CallDependencies } from './forward.ts';
import type { RpcRequest } from '../jsonrpc/message.ts';
import { carryOutModern } from '../era/stateless/carryOut.ts';
import { noReply, type Reply } from './reply.ts';
import { conversationForAll } from '../tasks/translate.ts';

/**
 * Passes an admitted request on: the request, its outcome on record, and only then the answer. The reply has no text when the
 * client has cancelled and waits for none.
 */
export async function carryOut(
  deps: CallDependencies,
  caller: Caller,
  request: RpcRequest,
  admitted: AdmittedRequest,
  notifier: ResponseNotifier,
): Promise<Reply> {
  notifier.mayTakeLong();
  if (caller.modern !== undefined) return carryOutModern(deps, caller, request, admitted, notifier);
  const cancelled = caller.session?.begin(request.id);
  const started = deps.clock.monotonic();
  try {
    const conversation = conversationWith(caller, admitted.server.id, notifier);
    const exchange = { notifier, signal: cancelled?.signal, conversation };
    const outcome = await forward(deps, caller, admitted, exchange);
    await record(caller, admitted, outcome, deps.clock.monotonic() - started);
    if (cancelled?.signal.aborted === true) return noReply;
    return replyTo(caller, request, admitted, outcome);
  } finally {
    if (cancelled !== undefined) caller.session?.finish(request.id, cancelled);
  }
}

function conversationWith(
  caller: Caller,
  serverId: string,
  notifier: ResponseNotifier,
): Conversation | undefined {
  const conversation = conversationOf(caller, notifier);
  return conversation === undefined || caller.only !== null
    ? conversation
    : conversationForAll(conversation, serverId);
}
