import { RpcCode } from '../../../errors.ts';
import type { Question } from '../../../upstream/types.ts';
import type { AdmittedRequest } from '../../call/admittedRequest.ts';
import type { Caller } from '../../call/caller.ts';
import type { ClientSide, RequestUnderWay } from '../../call/era.ts';
import { fingerprint, type Fingerprint } from '../../call/fingerprint.ts';
import type { Outcome } from '../../call/outcome.ts';
import { own, type RpcRequest } from '../../jsonrpc/message.ts';
import type { ResponseNotifier } from '../../jsonrpc/notifier.ts';
import { RpcFailure } from '../../jsonrpc/rpcFailure.ts';
import type { Envelope } from './envelope.ts';
import { withoutEnvelope } from './params.ts';
import { ParkedCall, type Turn, type Whose } from './parkedCall.ts';
import type { ParkedCalls } from './parkedCalls.ts';

export interface StatelessClient {
  readonly envelope: Envelope;
  /** Fires when the client has closed the response: it no longer waits for an answer. */
  readonly gone: AbortSignal;
}

/**
 * Begins a call, or resumes the one that waits for this request. A request from the server ends the response with
 * `input_required`; the client's next request, with the returned state and its answers, resumes the suspended call.
 */
export function begin(
  parked: ParkedCalls,
  { envelope, gone }: StatelessClient,
  whose: Whose,
  request: RpcRequest,
  notifier: ResponseNotifier,
  send: (client: ClientSide) => Promise<Outcome>,
): RequestUnderWay {
  const call = resumed(parked, whose.identity, request, notifier) ?? begun(whose, envelope, notifier, send);
  const cancel = (): void => call.cancel();
  if (gone.aborted) cancel();
  gone.addEventListener('abort', cancel, { once: true });
  let turn: Turn | undefined;
  return {
    outcome: async () => {
      turn = await call.next();
      return turn.kind === 'outcome' ? turn.outcome : inputRequired(call, turn.questions);
    },
    get cancelled() {
      return gone.aborted;
    },
    answering: () => {
      if (turn?.kind === 'questions') parked.park(call);
    },
    end: () => gone.removeEventListener('abort', cancel),
  };
}

function resumed(
  calls: ParkedCalls,
  identity: string,
  { params }: RpcRequest,
  notifier: ResponseNotifier,
): ParkedCall | undefined {
  const state = own(params, 'requestState');
  if (!calls.isOurs(state)) return undefined;
  const parked = calls.take(state, identity);
  if (parked === undefined) {
    throw new RpcFailure(
      RpcCode.invalidParams,
      'this requestState belongs to no call that waits for answers here: it has run out, or it is of another request',
    );
  }
  parked.resume(own(params, 'inputResponses'), notifier);
  return parked;
}

function begun(
  whose: Whose,
  envelope: Envelope,
  notifier: ResponseNotifier,
  send: (client: ClientSide) => Promise<Outcome>,
): ParkedCall {
  const call = new ParkedCall(whose, envelope, notifier);
  call.begin(send({ notifier: call, signal: call.signal, conversation: call.conversation }));
  return call;
}

/** Identifies who may resume a call: the same client, for the same server, with the same request. */
export function identityOf(
  caller: Caller,
  { server, method, params }: AdmittedRequest,
): Whose | Promise<Whose> {
  const { _meta: _changes, ...rest } = withoutEnvelope(params);
  const clientId = caller.client.id;
  const from = ({ hmac, bytes: requestBytes }: Fingerprint): Whose => {
    const identity = [clientId, caller.only ?? '', server.id, method, hmac].join('\0');
    return { clientId, identity, requestBytes };
  };
  const digest = fingerprint(caller, rest);
  return digest instanceof Promise ? digest.then(from) : from(digest);
}

function inputRequired(
  call: ParkedCall,
  questions: ReadonlyMap<string, Question>,
): { readonly result: unknown; readonly bytes: number } {
  const inputRequests = Object.fromEntries(questions);
  const result = { resultType: 'input_required', inputRequests, requestState: call.state };
  return { result, bytes: call.questionBytes };
}
