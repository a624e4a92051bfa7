import type { CallAnswer } from '../../api/call.ts';
import { wholeJson, type JsonText } from '../../json/jsonText.ts';
import { isObject, own, type RpcError } from '../../mcp/jsonrpc/message.ts';
import { readAnyJson } from '../../upstream/rpc/writeLarge.ts';

export type Answered = Pick<CallAnswer, 'outcome' | 'result' | 'rpc_error'>;

/**
 * What a JSON-RPC answer says; one of any size is read without blocking the event loop.
 * @param text null for a cancelled request
 */
export async function answered(clientId: string, text: JsonText | null): Promise<Answered> {
  const answer = await readAnyJson(clientId, wholeJson(text ?? '{}'));
  if (!isObject(answer) || !Object.hasOwn(answer, 'result')) {
    const rpcError = isObject(answer) ? ((own(answer, 'error') as RpcError | undefined) ?? null) : null;
    return { outcome: 'failed', result: null, rpc_error: rpcError };
  }
  const result = own(answer, 'result');
  const isError = isObject(result) && own(result, 'isError') === true;
  return { outcome: isError ? 'error' : 'ok', result, rpc_error: null };
}
