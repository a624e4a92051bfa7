export interface CurlRequest {
  /** As `http://127.0.0.1:7345`. */
  readonly origin: string;
  readonly client: string;
  readonly server: string;
  readonly method: string;
  readonly params: object;
}

/** The request as the client would send it, for a POSIX shell; the token is read from a variable. */
export function curlCommand({ origin, client, server, method, params }: CurlRequest): string {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
  return [
    `curl -X POST ${quoted(`${origin}/mcp/${encodeURIComponent(server)}`)}`,
    `-H 'Content-Type: application/json'`,
    `-H ${quoted(`X-Lmcp-Client-Id: ${client}`)}`,
    '-H "X-Lmcp-Token: $LMCP_TOKEN"',
    `-d ${quoted(body)}`,
  ].join(' \\\n  ');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
