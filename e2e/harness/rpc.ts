import type { TestGateway } from './gateway.ts';

export interface RpcAnswer {
  readonly id?: unknown;
  readonly result?: Record<string, unknown>;
  readonly error?: {
    readonly code: number;
    readonly message: string;
    readonly data?: Record<string, unknown>;
  };
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: RpcAnswer;
}

export interface Caller {
  readonly id: string;
  readonly token: string;
}

/** A client of that id, with a token made of it. */
export function callerNamed(id: string): Caller {
  return { id, token: `token-of-${id}-0123456789` };
}

/** A client's credentials, in headers. */
export function credentialsOf({ id, token }: Caller): Record<string, string> {
  return { 'X-Lmcp-Client-Id': id, 'X-Lmcp-Token': token };
}

/** POSTs one JSON-RPC request without a session, as the README's curl does. */
export async function rpc(
  gateway: TestGateway,
  caller: Caller | null,
  method: string,
  params: unknown = {},
  options: { path?: string; id?: unknown; headers?: Record<string, string> } = {},
): Promise<Reply> {
  const { path = '/mcp', id = 1, headers = {} } = options;
  const credentials = caller === null ? {} : credentialsOf(caller);
  return post(`${gateway.origin}${path}`, JSON.stringify({ jsonrpc: '2.0', id, method, params }), {
    ...credentials,
    ...headers,
  });
}

export async function post(url: string, body: string, headers: Record<string, string> = {}): Promise<Reply> {
  const answer = await fetch(url, {
    method: 'POST',
    body,
    headers: { 'Content-Type': 'application/json', ...headers },
  });
  const text = await answer.text();
  const body_ = text.startsWith('{') || text.startsWith('[') ? (JSON.parse(text) as RpcAnswer) : {};
  return { status: answer.status, headers: answer.headers, text, body: body_ };
}

export function callTool(
  gateway: TestGateway,
  caller: Caller,
  name: string,
  args: unknown = {},
): Promise<Reply> {
  return rpc(gateway, caller, 'tools/call', { name, arguments: args });
}

/**
 * Starts servers of a caller: on its own path each has the time that it needs. The list of all leaves out who takes longer than
 * a list waits.
 */
export async function startAll(
  gateway: TestGateway,
  caller: Caller,
  servers: readonly string[],
): Promise<void> {
  await Promise.all(servers.map((server) => toolNames(gateway, caller, `/mcp/${server}`)));
}

/** The server's part of a name as the list of all has it (`server__tool`). */
export function serverOf(name: string): string {
  return name.slice(0, name.indexOf('__'));
}

export async function toolNames(gateway: TestGateway, caller: Caller, path = '/mcp'): Promise<string[]> {
  const { body } = await rpc(gateway, caller, 'tools/list', {}, { path });
  return (body.result?.['tools'] as { name: string }[]).map(({ name }) => name);
}

/** What a client that searches for tools is listed in their place. */
export const searchTools: readonly string[] = [
  'find_tools',
  'describe_tools',
  'call_read_tool',
  'call_write_tool',
  'call_destructive_tool',
];
