import { isRecord } from './fit.ts';

/** Characters of a header name (RFC 9110, section 5.1). */
export const headerName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/;

/** Argument types with an unambiguous text form. */
const mirroredTypes: ReadonlySet<unknown> = new Set(['string', 'integer', 'boolean']);

/**
 * The fault in a tool's headers for mirrored arguments; undefined if there is none. Clients over Streamable HTTP leave a faulty
 * tool out (MCP 2026-07-28, basic/transports/streamable-http, "Custom Headers from Tool Parameters").
 */
export function parameterHeaderFault(inputSchema: unknown): string | undefined {
  const seen = new Set<string>();
  for (const { path, header, type } of annotations(inputSchema, 'inputSchema')) {
    const name = typeof header === 'string' && headerName.test(header) ? header.toLowerCase() : undefined;
    if (name === undefined) return `${path}.x-mcp-header is not the name of a header`;
    if (!mirroredTypes.has(type)) return `${path}.x-mcp-header is for a string, an integer or a boolean`;
    if (seen.has(name)) return `${path}.x-mcp-header is used twice`;
    seen.add(name);
  }
  return undefined;
}

interface Annotation {
  readonly path: string;
  readonly header: unknown;
  readonly type: unknown;
}

/** Only arguments reachable through `properties` alone can be mirrored. */
function* annotations(schema: unknown, path: string): Generator<Annotation> {
  const properties = isRecord(schema) ? schema['properties'] : undefined;
  for (const [name, property] of Object.entries(isRecord(properties) ? properties : {})) {
    if (!isRecord(property)) continue;
    const at = `${path}.properties.${name}`;
    if (Object.hasOwn(property, 'x-mcp-header'))
      yield { path: at, header: property['x-mcp-header'], type: property['type'] };
    yield* annotations(property, at);
  }
}
