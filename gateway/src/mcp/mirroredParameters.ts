import type { Server } from '../registry/types.ts';
import { headerValue } from '../upstream/modernEnvelope.ts';
import { ownerOf, type Caller } from './caller.ts';
import type { CallDependencies } from './carryOut.ts';
import { isObject, own, type Params } from './message.ts';

/**
 * The headers into which a stateless server wants arguments of a call mirrored (MCP 2026-07-28, basic/transports/streamable-http,
 * "Custom Headers from Tool Parameters"); undefined for every other server.
 */
export async function mirroredHeaders(
  { pool, catalog }: Pick<CallDependencies, 'pool' | 'catalog'>,
  caller: Caller,
  server: Server,
  tool: string,
  params: Params,
): Promise<Record<string, string> | undefined> {
  if (server.runtime !== 'http') return undefined;
  const owner = ownerOf(caller);
  try {
    if ((await pool.acquire(server, owner)).era === 'legacy') return undefined;
    const found = (await catalog.tools(server, owner)).find(({ name }) => name === tool);
    return mirrored(found?.['inputSchema'], own(params, 'arguments'));
  } catch {
    // The call itself meets the same obstacle and tells of it.
    return undefined;
  }
}

/** Walks a schema and the arguments along it. */
export function mirrored(schema: unknown, given: unknown): Record<string, string> {
  const properties = isObject(schema) ? own(schema, 'properties') : undefined;
  if (!isObject(properties) || !isObject(given)) return {};
  const headers: Record<string, string> = {};
  for (const [name, property] of Object.entries(properties)) {
    const value = own(given, name);
    const header = isObject(property) ? own(property, 'x-mcp-header') : undefined;
    if (typeof header === 'string' && isMirrored(value) && /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/.test(header))
      headers[`mcp-param-${header.toLowerCase()}`] = headerValue(String(value));
    Object.assign(headers, mirrored(property, value));
  }
  return headers;
}

function isMirrored(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'boolean' || Number.isSafeInteger(value);
}
