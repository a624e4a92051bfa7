import type { ClientRequest, ClientRequestLine } from '../../../api/call.ts';
import type { CommandContext } from '../../commandContext.ts';
import { CommandFailure } from '../../exitCodes.ts';
import type { RegistryFile } from '../../registry/registryFile.ts';
import type { AskedClient } from '../clientAccess.ts';
import { withGateway } from '../gatewayFor.ts';
import { withManagement, type AskManagement } from '../withManagement.ts';
import { callServer, rpcFailure } from './rpc.ts';

/** A request to one server, by its own names. */
export interface ServerRequest {
  readonly serverId: string;
  readonly method: ClientRequest['method'];
  readonly params: Readonly<Record<string, unknown>>;
}

/**
 * The result of a request as that client, as the server gave it: with its token, else by management, which passes the same checks
 * and is logged with `via: management`. Starts a gateway for it where none runs.
 * @throws CommandFailure with the exit status that fits the error
 */
export async function callAsClient(
  context: CommandContext,
  file: RegistryFile,
  port: number | undefined,
  { clientId, token }: AskedClient,
  request: ServerRequest,
): Promise<unknown> {
  const { serverId, method, params } = request;
  return withGateway(context, file, port, (reach, signInCode) =>
    token !== undefined
      ? callServer(reach, { clientId, token }, serverId, method, params)
      : withManagement(file, reach, signInCode, (ask) => byManagement(ask, clientId, request)),
  );
}

async function byManagement(
  ask: AskManagement,
  clientId: string,
  { serverId, method, params }: ServerRequest,
): Promise<unknown> {
  const body = { client_id: clientId, server_id: serverId, method, params } satisfies ClientRequest;
  const last = (await ask('/management/request', body)) as ClientRequestLine;
  if (last.kind === 'failure') throw new CommandFailure(last.message);
  if (last.kind !== 'answer') throw new CommandFailure('the gateway ended before it answered: try again');
  const { outcome, result, rpc_error: error } = last.answer;
  if (outcome === 'ok' || outcome === 'error') return result;
  throw error === null ? new CommandFailure('the request was cancelled') : rpcFailure({ ...error });
}
