import { RpcCode } from '../../../errors.ts';
import type { RpcError } from '../../jsonrpc/message.ts';
import { quote } from '../../jsonrpc/rpcFailure.ts';

/** The revisions with a handshake that are supported, newest first. */
const revisions = ['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05', '2024-10-07'] as const;

/** What a request without the `MCP-Protocol-Version` header is taken for (MCP 2025-06-18, basic/transports). */
export const assumedRevision = '2025-03-26';

/** The revision to answer `initialize` with: the one asked for if it is supported, else the newest. */
export function negotiate(requested: unknown): string {
  return revisions.find((revision) => revision === requested) ?? revisions[0];
}

export function isSpoken(revision: string): boolean {
  return (revisions as readonly string[]).includes(revision);
}

/** Batches came with 2025-03-26 and went with 2025-06-18. */
export function takesBatches(revision: string): boolean {
  return revision === '2025-03-26';
}

export function unsupportedRevision(requested: string): RpcError {
  return {
    code: RpcCode.unsupportedProtocolVersion,
    message: `MCP ${quote(requested)} is not supported; initialize with ${revisions[0]} or older`,
    data: { supported: revisions, requested },
  };
}
