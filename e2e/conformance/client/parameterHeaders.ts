interface Annotated {
  readonly 'x-mcp-header'?: string;
}

/** What a client over Streamable HTTP says of a call's arguments in headers (MCP 2026-07-28); always in Base64, which is allowed. */
export function parameterHeaders(
  inputSchema: unknown,
  given: Readonly<Record<string, unknown>>,
): Record<string, string> {
  const { properties = {} } = (inputSchema ?? {}) as { properties?: Record<string, Annotated> };
  const headers: Record<string, string> = {};
  for (const [name, { 'x-mcp-header': header }] of Object.entries(properties)) {
    const value = given[name];
    if (header === undefined || value === undefined || value === null) continue;
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    headers[`Mcp-Param-${header}`] = `=?base64?${Buffer.from(text).toString('base64')}?=`;
  }
  return headers;
}
