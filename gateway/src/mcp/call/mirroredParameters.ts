import type { Server } from '../../registry/types.ts';
import { headerValue } from '../../upstream/rpc/modernEnvelope.ts';
import { ownerOf, type Caller } from './caller.ts';
import type { CallDependencies } from './forward.ts';
import { isObject, own, type Params } from '../jsonrpc/message.ts';

/** By the name of its header, the text of an argument that is mirrored; undefined where the argument is left out. */
export type Mirrored = ReadonlyMap<string, string | undefined>;

/**
 * Arguments of a call that are mirrored into headers (MCP 2026-07-28, basic/transports/streamable-http, "Custom Headers from
 * Tool Parameters"): those of a stateless client must say what its body says; a stateless server over HTTP gets new ones.
 * @throws RpcFailure −32020 where the client's headers say something else
 */
export async function mirroredHeaders(
  { pool, catalog }: Pick<CallDependencies, 'pool' | 'catalog'>,
  caller: Caller,
  server: Server,
  tool: string,
  params: Params,
): Promise<Record<string, string> | undefined> {
  const { era } = caller;
  if (!era.mirrorsArguments && server.runtime !== 'http') return undefined;
  const owner = ownerOf(caller);
  let expected: Mirrored;
  try {
    if (!era.mirrorsArguments && (await pool.acquire(server, owner)).era === 'legacy') return undefined;
    const found = await catalog.find('tools', server, owner, tool);
    expected = mirrored(found?.['inputSchema'], own(params, 'arguments'));
  } catch {
    // The call itself meets the same obstacle and tells of it.
    return undefined;
  }
  era.checkMirrored(expected);
  return Object.fromEntries(
    [...expected].flatMap(([name, value]) => (value === undefined ? [] : [[name, headerValue(value)]])),
  );
}

/** Walks a tool's schema and the arguments along it. */
export function mirrored(schema: unknown, given: unknown): Mirrored {
  const properties = isObject(schema) ? own(schema, 'properties') : undefined;
  const headers = new Map<string, string | undefined>();
  for (const [name, property] of Object.entries(isObject(properties) ? properties : {})) {
    const value = isObject(given) ? own(given, name) : undefined;
    const header = isObject(property) ? own(property, 'x-mcp-header') : undefined;
    if (typeof header === 'string' && fieldName.test(header))
      headers.set(`mcp-param-${header.toLowerCase()}`, isMirrored(value) ? String(value) : undefined);
    for (const [deeper, text] of mirrored(property, value)) headers.set(deeper, text);
  }
  return headers;
}

/** RFC 9110, section 5.1. */
const fieldName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/;

function isMirrored(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'boolean' || Number.isSafeInteger(value);
}
