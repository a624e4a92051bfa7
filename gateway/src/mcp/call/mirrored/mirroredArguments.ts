import { headerName } from '../../../catalog/strict/parameterHeaders.ts';
import { isObject, own } from '../../jsonrpc/message.ts';

/** Header name to the text of the mirrored argument; undefined for an omitted argument. */
export type Mirrored = ReadonlyMap<string, string | undefined>;

/** Walks a tool's schema and its arguments in parallel. */
export function mirrored(schema: unknown, given: unknown): Mirrored {
  const properties = isObject(schema) ? own(schema, 'properties') : undefined;
  const headers = new Map<string, string | undefined>();
  for (const [name, property] of Object.entries(isObject(properties) ? properties : {})) {
    const value = isObject(given) ? own(given, name) : undefined;
    const header = isObject(property) ? own(property, 'x-mcp-header') : undefined;
    if (typeof header === 'string' && headerName.test(header))
      headers.set(`mcp-param-${header.toLowerCase()}`, isMirrored(value) ? String(value) : undefined);
    for (const [deeper, text] of mirrored(property, value)) headers.set(deeper, text);
  }
  return headers;
}

function isMirrored(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'boolean' || Number.isSafeInteger(value);
}
