import type { Connection, Entry } from './application.ts';

/** Credentials go into headers: no application logs them or sends them to another address, unlike URLs. */
export function headersOf({ clientId, token }: Connection): Record<string, string> {
  return { 'X-Lmcp-Client-Id': clientId, 'X-Lmcp-Token': token };
}

/** `{<urlKey>, headers}` behind the keys that name the transport. */
export function remote(transport: Entry = {}, urlKey = 'url'): (connection: Connection) => Entry {
  return (connection) => ({ ...transport, [urlKey]: connection.url, headers: headersOf(connection) });
}

/**
 * For an application that only starts commands: mcp-remote forwards the messages. Windows splits arguments at spaces, so
 * they contain none. The token comes from `env`, so that it is not in the list of processes.
 */
export function throughMcpRemote({ url, clientId, token }: Connection): Entry {
  const args = ['-y', 'mcp-remote', url, '--transport', 'http-only'];
  args.push('--header', `X-Lmcp-Client-Id:${clientId}`, '--header', 'X-Lmcp-Token:${LMCP_TOKEN}');
  return { command: 'npx', args, env: { LMCP_TOKEN: token } };
}
