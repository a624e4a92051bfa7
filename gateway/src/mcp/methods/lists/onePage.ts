import { RpcCode } from '../../../errors.ts';
import type { Params } from '../../jsonrpc/message.ts';
import { RpcFailure } from '../../jsonrpc/rpcFailure.ts';

/**
 * Every list of LMCP is one page, so that no cursor is one of its own. Some clients write null where they have none.
 * @throws RpcFailure −32602
 */
export function requireFirstPage({ cursor }: Params): void {
  if (cursor === undefined || cursor === null) return;
  throw new RpcFailure(RpcCode.invalidParams, 'no such cursor: the list comes as one page');
}
