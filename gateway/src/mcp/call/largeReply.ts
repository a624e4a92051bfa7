import { beforeError, beforeResult, type RpcError, type RpcRequest } from '../jsonrpc/message.ts';
import type { Caller } from './caller.ts';
import type { Reply } from './reply.ts';
import { writeLarge } from '../../upstream/rpc/writeLarge.ts';

/** Like `resultReply`, for a large result. */
export async function largeReply(
  caller: Caller,
  { id, method }: RpcRequest,
  result: unknown,
): Promise<Reply> {
  return replyAround(beforeResult(id), caller, caller.era.result(method, result));
}

/** Like `errorReply`, for a large error. */
export async function largeErrorReply(caller: Caller, { id }: RpcRequest, error: RpcError): Promise<Reply> {
  return {
    ...(await replyAround(beforeError(id), caller, error)),
    status: caller.era.errorStatus(error.code),
  };
}

async function replyAround(before: string, { client }: Caller, value: unknown): Promise<Reply> {
  const parts = await writeLarge(client.id, value);
  const bytes = Buffer.concat(parts.map((part) => Buffer.from(part)));
  return { text: { before, bytes, after: '}', keep: () => undefined } };
}
