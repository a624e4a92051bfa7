import { RpcCode } from '../../../errors.ts';
import type { RpcError } from '../../jsonrpc/message.ts';
import { quote } from '../../jsonrpc/rpcFailure.ts';

/** The revisions with a handshake that are supported, newest first. */
export const revisions = ['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05', '2024-10-07'] as const;

/** The revision assumed for a request without the `MCP-Protocol-Version` header (MCP 2025-06-18, basic/transports). */
export const assumedRevision = '2025-03-26';

/** The revision to answer `initialize` with: the requested one if it is supported, otherwise the newest. */
export function negotiate(requested: unknown): string {
  return revisions.find((revision) => revision === requested) ?? revisions[0];
}

export function isSpoken(revision: string): boolean {
  return (revisions as readonly string[]).includes(revision);
}

/** Batches were added in 2025-03-26 and removed in 2025-06-18. */
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
