import { RpcCode } from '../../../errors.ts';
import { metaKeys } from '../../../upstream/rpc/modernEnvelope.ts';
import { version } from '../../../version.ts';
import { isObject } from '../../jsonrpc/message.ts';

/** Methods whose results carry caching hints (MCP 2026-07-28, server/utilities/caching). */
const cacheable = new Set([
  'server/discover',
  'tools/list',
  'prompts/list',
  'resources/list',
  'resources/templates/list',
  'resources/read',
]);

/**
 * A result in the format of the stateless era, with `resultType`, the answering server and, if it may be cached, for how long.
 * Results that depend on the token are never publicly cacheable, whatever the server declares.
 */
export function modernResult(method: string, result: unknown): unknown {
  if (!isObject(result)) return result;
  const meta = isObject(result['_meta']) ? result['_meta'] : {};
  const { ttlMs, resultType } = result;
  return {
    ...result,
    resultType: typeof resultType === 'string' ? resultType : 'complete',
    ...(cacheable.has(method) && resultType !== 'input_required'
      ? { ttlMs: typeof ttlMs === 'number' && ttlMs >= 0 ? ttlMs : 0, cacheScope: 'private' }
      : {}),
    _meta: { [metaKeys.serverInfo]: { name: 'lmcp', version }, ...meta },
  };
}

/** The HTTP status of an error in the stateless era (MCP 2026-07-28, basic/transports/streamable-http). */
export function modernStatus(code: number): number {
  switch (code) {
    case RpcCode.headerMismatch:
    case RpcCode.missingClientCapability:
    case RpcCode.unsupportedProtocolVersion:
      return 400;
    case RpcCode.methodNotFound:
      return 404;
    default:
      return 200;
  }
}
