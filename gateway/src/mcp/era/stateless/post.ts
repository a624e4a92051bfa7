import { Answer } from '../../endpoint/answer.ts';
import type { Caller } from '../../call/caller.ts';
import { dispatch, type DispatchDependencies } from '../../methods/dispatch.ts';
import type { Arrival } from '../../endpoint/endpoint.ts';
import type { Exchange } from '../../jsonrpc/exchange.ts';
import { enterLimit, type TakeToken } from '../../call/limit.ts';
import { errorText, type Message, type RpcError, type RpcRequest } from '../../jsonrpc/message.ts';
import { toRpcError } from '../../jsonrpc/rpcFailure.ts';
import { errorReply, type Reply } from '../../call/reply.ts';
import { readEnvelope } from './envelope.ts';
import { listen, type ListenDependencies } from './listen.ts';

export interface ModernDependencies extends DispatchDependencies, ListenDependencies {
  readonly limit: TakeToken;
  readonly report: (error: unknown) => void;
}

/** A POST of the stateless era: headers and envelope first, then the same handlers as every other (MCP 2026-07-28). */
export async function answerModernPost(
  deps: ModernDependencies,
  arrival: Arrival,
  message: Message,
  exchange: Exchange,
): Promise<void> {
  if (message.kind !== 'request') {
    await arrival.trail.commit();
    // Notifications of this era are for servers on stdio; a response is closed to cancel it.
    exchange.empty(202);
    return;
  }
  const headers = { ...arrival.mirrored, revision: arrival.revision };
  const read = readEnvelope(message.method, message.params, headers);
  if ('error' in read) {
    await refuse(arrival, message, exchange, read.error);
    return;
  }
  const gone = new AbortController();
  exchange.onGone(() => gone.abort());
  const { client, registry, only, trail } = arrival;
  const modern = { ...read.envelope, gone: gone.signal, paramHeaders: arrival.paramHeaders() };
  const caller: Caller = { client, registry, only, session: undefined, trail, modern };
  const answer = new Answer(exchange);
  const reply = await answerTo(deps, arrival, caller, message, exchange, answer);
  if (reply === undefined) return;
  if (reply.text === null) answer.abandon();
  else answer.send(reply.text, {}, reply.status);
}

/** Undefined when the answer is a stream that goes on. */
async function answerTo(
  deps: ModernDependencies,
  arrival: Arrival,
  caller: Caller,
  request: RpcRequest,
  exchange: Exchange,
  answer: Answer,
): Promise<Reply | undefined> {
  try {
    await enterLimit(deps.limit, caller, request.method);
    if (request.method !== 'subscriptions/listen') return await dispatch(deps, caller, request, answer);
    await listen(deps, caller, arrival.tokenKey, request, exchange);
    return undefined;
  } catch (error) {
    deps.report(error);
    return errorReply(caller, request.id, toRpcError(error));
  }
}

async function refuse(
  arrival: Arrival,
  request: RpcRequest,
  exchange: Exchange,
  error: RpcError,
): Promise<void> {
  arrival.trail.note({
    event: 'http_rejected',
    allowed: false,
    reason: 'malformed_request',
    detail: { code: error.code },
  });
  await arrival.trail.commit();
  exchange.json(400, errorText(request.id, error));
}
