import type { RpcRequest } from '../jsonrpc/message.ts';
import type { ResponseNotifier } from '../jsonrpc/notifier.ts';
import type { AdmittedRequest } from './admittedRequest.ts';
import type { Caller } from './caller.ts';
import { forward, record, replyTo, type CallDependencies } from './forward.ts';
import { noReply, type Reply } from './reply.ts';

/**
 * Forwards an allowed request and returns the reply once the outcome is durable. The reply has no text if the client has
 * cancelled the request.
 */
export async function forwardAndRespond(
  deps: CallDependencies,
  caller: Caller,
  request: RpcRequest,
  admitted: AdmittedRequest,
  notifier: ResponseNotifier,
): Promise<Reply> {
  notifier.mayTakeLong();
  const started = deps.clock.monotonic();
  const begun = caller.era.begin(caller, request, admitted, notifier, (client) =>
    forward(deps, caller, admitted, client),
  );
  const underWay = begun instanceof Promise ? await begun : begun;
  try {
    const outcome = await underWay.outcome();
    await record(caller, admitted, outcome, deps.clock.monotonic() - started);
    const reply = underWay.cancelled ? noReply : replyTo(caller, request, admitted, outcome);
    const written = reply instanceof Promise ? await reply : reply;
    if (underWay.cancelled) return noReply;
    underWay.answering();
    return written;
  } finally {
    underWay.end();
  }
}
