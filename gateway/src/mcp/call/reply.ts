import type { Caller } from './caller.ts';
import { modernResult, modernStatus } from '../era/stateless/results.ts';
import { errorText, resultText, type RequestId, type RpcError } from '../jsonrpc/message.ts';

/** What one request is answered with: its text, and the HTTP status where it has a response of its own. */
export interface Reply {
  /** Null when the client waits for no answer any more. */
  readonly text: string | null;
  readonly status?: number;
}

export const noReply: Reply = { text: null };

/** A result in the words of the caller's era. */
export function resultReply(caller: Caller, id: RequestId, method: string, result: unknown): Reply {
  return { text: resultText(id, caller.modern === undefined ? result : modernResult(method, result)) };
}

export function errorReply(caller: Pick<Caller, 'modern'>, id: RequestId | null, error: RpcError): Reply {
  const text = errorText(id, error);
  return caller.modern === undefined ? { text } : { text, status: modernStatus(error.code) };
}
