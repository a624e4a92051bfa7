import { isObject } from '../../jsonrpc/message.ts';

/** A result of a stateless server for a client that knows nothing of that era. */
export function withoutStatelessMembers(result: unknown): unknown {
  if (!isObject(result) || !Object.hasOwn(result, 'resultType')) return result;
  const { resultType: _type, ttlMs: _ttl, cacheScope: _scope, ...rest } = result;
  return rest;
}
