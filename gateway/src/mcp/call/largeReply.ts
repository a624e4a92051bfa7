import { beforeResult, type RpcRequest } from '../jsonrpc/message.ts';
import type { Caller } from './caller.ts';
import type { Reply } from './reply.ts';
import { writeLarge } from '../../upstream/rpc/writeLarge.ts';

/** Like `resultReply`, for a large result. */
export async function largeReply(
  { client, era }: Caller,
  { id, method }: RpcRequest,
  result: unknown,
): Promise<Reply> {
  const parts = await writeLarge(client.id, era.result(method, result));
  const bytes = Buffer.concat(parts.map((part) => Buffer.from(part)));
  return { text: { before: beforeResult(id), bytes, after: '}', keep: () => undefined } };
}
