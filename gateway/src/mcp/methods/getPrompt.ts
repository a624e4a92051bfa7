import { RpcCode } from '../../errors.ts';
import type { ResponseNotifier } from '../jsonrpc/notifier.ts';
import type { Caller } from '../call/caller.ts';
import { forwardAndRespond } from '../call/forwardAndRespond.ts';
import type { CallDependencies } from '../call/forward.ts';
import { enterOther } from '../call/authorize.ts';
import { own, type RpcRequest } from '../jsonrpc/message.ts';
import { quote, RpcFailure } from '../jsonrpc/rpcFailure.ts';
import type { Reply } from '../call/reply.ts';
import { resolveTool } from './resolveTool.ts';
import { linksForAll } from '../call/translate.ts';

const method = 'prompts/get';

/** `prompts/get`: a prompt is governed by its server's grant, and on record as a call is. */
export async function getPrompt(
  deps: CallDependencies,
  caller: Caller,
  request: RpcRequest,
  notifier: ResponseNotifier,
): Promise<Reply> {
  const name = own(request.params, 'name');
  try {
    if (typeof name !== 'string' || name === '') {
      throw new RpcFailure(RpcCode.invalidParams, 'params.name must be the name of a prompt');
    }
    const address = await resolveTool(deps.catalog, caller, name, 'prompts');
    if (address === undefined) {
      throw new RpcFailure(
        RpcCode.invalidParams,
        `there is no prompt named ${quote(name)}; names look like server__prompt`,
      );
    }
    const detail = { prompt: address.tool };
    const server = enterOther(caller, address.serverId, { method, about: detail });
    await caller.trail.commit();
    const params = { ...request.params, name: address.tool };
    const translate = caller.only === null ? linksForAll(server.id) : undefined;
    return await forwardAndRespond(
      deps,
      caller,
      request,
      { server, method, params, detail, translate },
      notifier,
    );
  } finally {
    await caller.trail.commit();
  }
}
