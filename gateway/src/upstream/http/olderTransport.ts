import type { UpstreamError } from '../../errors.ts';
import type { HttpServer } from '../../registry/types.ts';
import { HttpStatusError, OlderTransportError } from './failure/statusError.ts';

/** Rejections that are about who asks or how often, whatever the transport. */
const unrelated = new Set([401, 403, 407, 429]);

/**
 * Whether the failure of the first message means that the server speaks HTTP+SSE (MCP 2025-11-25, basic/transports, "Backwards
 * Compatibility"): any other client error, the stream of that transport in the response, and at an address that ends in `/sse`
 * every rejection but those for the credentials.
 */
export function meansOlderTransport(error: UpstreamError, { url }: Pick<HttpServer, 'url'>): boolean {
  if (error instanceof OlderTransportError) return true;
  if (!(error instanceof HttpStatusError)) return false;
  const { status } = error;
  if (/\/sse\/?$/.test(url.pathname)) return status === 403 || !unrelated.has(status);
  return status >= 400 && status < 500 && !unrelated.has(status);
}
