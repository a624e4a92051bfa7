import { RpcCode } from '../../../errors.ts';
import type { Params } from '../../jsonrpc/message.ts';
import { RpcFailure } from '../../jsonrpc/rpcFailure.ts';

/**
 * Rejects every cursor: each list of LMCP is one page. Some clients send null for no cursor.
 * @throws RpcFailure −32602
 */
export function requireFirstPage({ cursor }: Params): void {
  if (cursor === undefined || cursor === null) return;
  throw new RpcFailure(RpcCode.invalidParams, 'invalid cursor: the list has one page');
}
