import type { Command, Connection, Entry } from './application.ts';

/** Credentials go into headers: no application logs them or sends them to another address, unlike URLs. */
export function headersOf({ clientId, token }: Connection): Record<string, string> {
  return { 'X-Lmcp-Client-Id': clientId, 'X-Lmcp-Token': token };
}

/** `{<urlKey>, headers}` behind the keys that name the transport. */
export function remote(transport: Entry = {}, urlKey = 'url'): (connection: Connection) => Entry {
  return (connection) => ({ ...transport, [urlKey]: connection.url, headers: headersOf(connection) });
}

/** `{command, args, env}` behind the keys that name the transport. */
export function started(transport: Entry): (command: Command) => Entry {
  return ({ program, args, env }) => ({ ...transport, command: program, args, ...(hasAny(env) && { env }) });
}

export function hasAny(env: Command['env']): boolean {
  return Object.keys(env).length > 0;
}
