import type { JoinedJson, JsonText } from '../../json/jsonText.ts';
import type { Headers } from '../jsonrpc/exchange.ts';
import { errorText, resultText, type RequestId, type RpcError, type RpcRequest } from '../jsonrpc/message.ts';
import type { Caller } from './caller.ts';

/** What one request is answered with: its text, and status and headers where it has a response of its own. */
export interface Reply {
  /** Null when there is nothing to answer. */
  readonly text: JsonText | null;
  readonly status?: number;
  readonly headers?: Headers;
  /** The response is a stream that stays open. */
  readonly open?: boolean;
}

/** The client waits for no answer any more. */
export const noReply: Reply = { text: null };
export const openReply: Reply = { text: null, open: true };

/** A result as the client's era knows it. */
export function resultReply({ era }: Caller, { id, method }: RpcRequest, result: unknown): Reply {
  return { text: resultText(id, era.result(method, result)) };
}

export function errorReply({ era }: Caller, id: RequestId | null, error: RpcError): Reply {
  return { text: errorText(id, error), status: era.errorStatus(error.code) };
}

/** As `resultReply`, of a list whose items are the bytes of JSON already: they are neither serialised nor copied for an answer. */
export function listReply(
  { era }: Caller,
  { id, method }: RpcRequest,
  member: string,
  items: Pick<JoinedJson, 'bytes' | 'keep'>,
): Reply {
  // What surrounds them is our own, so it holds the empty list once.
  const [before = '', after = ''] = resultText(id, era.result(method, { [member]: [] })).split(
    `"${member}":[]`,
  );
  return {
    text: { before: `${before}"${member}":`, bytes: items.bytes, after, keep: () => items.keep() },
  };
}
