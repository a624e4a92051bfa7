import { isRecord } from '../../../json/isRecord.ts';
import { parseLossless } from '../../../json/lossless.ts';
import { RpcCode } from '../../../errors.ts';
import { CommandFailure, ExitCode } from '../../exitCodes.ts';
import { httpRequest, type Reach } from './httpRequest.ts';

/** A client of the registry with one of its tokens. */
export interface ClientAccess {
  readonly clientId: string;
  readonly token: string;
}

/** What came back: an answer of JSON-RPC, or none. */
export type RpcReply =
  | { readonly kind: 'result'; readonly result: unknown }
  | { readonly kind: 'error'; readonly error: Readonly<Record<string, unknown>> }
  | { readonly kind: 'http'; readonly status: number; readonly message: string };

/** Sends one JSON-RPC request to the gateway, to `/mcp` or to one server behind it. */
export async function postRpc(
  reach: Reach,
  access: ClientAccess,
  serverId: string | null,
  method: string,
  params: Readonly<Record<string, unknown>>,
): Promise<RpcReply> {
  const path = serverId === null ? '/mcp' : `/mcp/${encodeURIComponent(serverId)}`;
  const { status, body } = await httpRequest(reach, path, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      Accept: 'application/json',
      'X-Lmcp-Client-Id': access.clientId,
      'X-Lmcp-Token': access.token,
      // Tells the lines of the command line from those of the application whose client it is.
      'X-Request-Id': `lmcp-cli-${process.pid}`,
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  });
  const answer = parsed(body);
  if (isRecord(answer) && isRecord(answer['error'])) return { kind: 'error', error: answer['error'] };
  if (isRecord(answer) && Object.hasOwn(answer, 'result'))
    return { kind: 'result', result: answer['result'] };
  const said = isRecord(answer) ? answer['message'] : undefined;
  return { kind: 'http', status, message: typeof said === 'string' ? said : `HTTP ${status}` };
}

/**
 * The result of a request to one server, as the server gave it.
 * @throws CommandFailure with the exit status that fits the error
 */
export async function callServer(
  reach: Reach,
  access: ClientAccess,
  serverId: string,
  method: string,
  params: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  const reply = await postRpc(reach, access, serverId, method, params);
  switch (reply.kind) {
    case 'result':
      return reply.result;
    case 'error':
      throw rpcFailure(reply.error);
    case 'http':
      throw new CommandFailure(`the gateway rejected the request: ${reply.message}`);
  }
}

function parsed(body: string): unknown {
  try {
    return parseLossless(body);
  } catch {
    return undefined;
  }
}

/** LMCP's own rejections and the server's errors, in words, with the code for reference. */
export function rpcFailure(error: Readonly<Record<string, unknown>>): CommandFailure {
  const code = typeof error['code'] === 'number' ? error['code'] : 0;
  const message = typeof error['message'] === 'string' ? error['message'] : 'an error without a message';
  return new CommandFailure(`${message} (${code})`, exitCodeOf(code, error['data']));
}

const ownRejections: ReadonlySet<number> = new Set([
  RpcCode.unauthorized,
  RpcCode.serverNotAllowed,
  RpcCode.rateLimited,
  RpcCode.toolDenied,
  RpcCode.auditUnavailable,
  RpcCode.internalError,
]);

function exitCodeOf(code: number, data: unknown): ExitCode {
  if (ownRejections.has(code)) return ExitCode.failed;
  if (code !== RpcCode.upstreamFailed) return ExitCode.upstreamProtocol;
  const kind = isRecord(data) ? data['kind'] : undefined;
  if (kind === 'command_not_found') return ExitCode.notFound;
  return kind === 'protocol' ? ExitCode.upstreamProtocol : ExitCode.failed;
}
