import type { JoinedJson, JsonText } from '../../json/jsonText.ts';
import type { Headers } from '../jsonrpc/exchange.ts';
import { errorText, resultText, type RequestId, type RpcError, type RpcRequest } from '../jsonrpc/message.ts';
import type { Caller } from './caller.ts';

/** The answer to one request: its text, and status and headers if it has a response of its own. */
export interface Reply {
  /** Null if there is no answer. */
  readonly text: JsonText | null;
  readonly status?: number;
  readonly headers?: Headers;
  /** The response is a stream that stays open. */
  readonly open?: boolean;
}

/** The client no longer waits for an answer. */
export const noReply: Reply = { text: null };
export const openReply: Reply = { text: null, open: true };

/** A result in the format of the client's era. */
export function resultReply({ era }: Caller, { id, method }: RpcRequest, result: unknown): Reply {
  return { text: resultText(id, era.result(method, result)) };
}

export function errorReply({ era }: Caller, id: RequestId | null, error: RpcError): Reply {
  return { text: errorText(id, error), status: era.errorStatus(error.code) };
}

/** Like `resultReply`, for a list whose items are JSON bytes already: they are neither serialised nor copied. */
export function listReply(
  { era }: Caller,
  { id, method }: RpcRequest,
  member: string,
  items: Pick<JoinedJson, 'bytes' | 'keep'>,
): Reply {
  // LMCP builds the surrounding text, so it contains the empty list exactly once.
  const [before = '', after = ''] = resultText(id, era.result(method, { [member]: [] })).split(
    `"${member}":[]`,
  );
  return {
    text: { before: `${before}"${member}":`, bytes: items.bytes, after, keep: () => items.keep() },
  };
}
