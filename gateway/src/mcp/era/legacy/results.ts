import { isObject } from '../../jsonrpc/message.ts';

/** Converts a result of a stateless server for a client with a handshake. */
export function withoutStatelessMembers(result: unknown): unknown {
  if (!isObject(result) || !Object.hasOwn(result, 'resultType')) return result;
  const { resultType: _type, ttlMs: _ttl, cacheScope: _scope, ...rest } = result;
  return rest;
}
