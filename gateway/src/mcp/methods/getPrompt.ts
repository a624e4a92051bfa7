import type { ItemAddress } from '../../catalog/names.ts';
import { RpcCode, type UpstreamError } from '../../errors.ts';
import type { Server } from '../../registry/types.ts';
import type { ResponseNotifier } from '../jsonrpc/notifier.ts';
import type { Caller } from '../call/caller.ts';
import { forwardAndRespond } from '../call/forwardAndRespond.ts';
import type { CallDependencies } from '../call/forward.ts';
import { decided, type Checks } from '../call/authorize.ts';
import { own, type RpcRequest } from '../jsonrpc/message.ts';
import { quote, RpcFailure } from '../jsonrpc/rpcFailure.ts';
import type { Reply } from '../call/reply.ts';
import { resolveTool } from './resolveTool.ts';
import { linksForAll } from '../call/resources/translate.ts';
import { offeredPrompt } from './offeredPrompt.ts';

const method = 'prompts/get';

/** `prompts/get`: a prompt is governed by its server's grant, and logged like a call. */
export async function getPrompt(
  deps: CallDependencies,
  caller: Caller,
  request: RpcRequest,
  notifier: ResponseNotifier,
): Promise<Reply> {
  const { address, server, failed, detail } = await decided(caller, (checks) =>
    admit(deps, caller, request, checks),
  );
  const params = { ...request.params, name: address.name };
  const translate = caller.only === null ? linksForAll(server.id) : undefined;
  return forwardAndRespond(
    deps,
    caller,
    request,
    { server, method, params, detail, failed, translate },
    notifier,
  );
}

async function admit(
  { catalog }: CallDependencies,
  caller: Caller,
  { params }: RpcRequest,
  checks: Checks,
): Promise<{
  readonly address: ItemAddress;
  readonly server: Server;
  readonly failed: UpstreamError | undefined;
  readonly detail: { readonly prompt: string };
}> {
  const name = own(params, 'name');
  if (typeof name !== 'string' || name === '') {
    throw new RpcFailure(RpcCode.invalidParams, 'params.name must be the name of a prompt');
  }
  const address = await resolveTool(catalog, caller, name, 'prompts');
  if (address === undefined) {
    throw new RpcFailure(
      RpcCode.invalidParams,
      `there is no prompt named ${quote(name)}; prompts are named server__prompt`,
    );
  }
  const detail = { prompt: address.name };
  const offered = offeredPrompt(catalog, caller, address);
  return { address, ...(await checks.offered(address.serverId, { method, about: detail }, offered)), detail };
}
