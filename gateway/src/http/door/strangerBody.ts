import type { IncomingMessage } from 'node:http';
import type { RequestId } from '../../mcp/jsonrpc/message.ts';
import { RequestIdScanner } from './requestIdScanner.ts';

/** How much of a body without valid credentials is read. */
export const maxScannedBytes = 64 * 1024;

/**
 * The top-level `id` of a JSON-RPC request whose sender is unknown: its body is neither kept nor parsed. Undefined where there
 * is none in the first 64 KiB.
 */
export function findRequestId(request: IncomingMessage): Promise<RequestId | undefined> {
  return new Promise((resolve) => {
    const scanner = new RequestIdScanner();
    let left = maxScannedBytes;
    const stop = (): void => {
      request.off('data', take);
      request.pause();
      resolve(scanner.id);
    };
    const take = (chunk: Buffer): void => {
      scanner.take(chunk.subarray(0, left));
      left -= chunk.length;
      if (left <= 0) stop();
    };
    request.on('data', take);
    request.once('end', () => resolve(scanner.id));
    request.once('error', () => resolve(undefined));
    request.once('close', () => resolve(undefined));
  });
}
