import { RpcCode } from '../../errors.ts';
import { ambiguousRefKey } from '../jsonrpc/ambiguousKeys.ts';
import type { ResponseNotifier } from '../jsonrpc/notifier.ts';
import type { Caller } from '../call/caller.ts';
import { forwardAndRespond } from '../call/forwardAndRespond.ts';
import type { CallDependencies } from '../call/forward.ts';
import { decided, type Offered } from '../call/authorize.ts';
import { isObject, own, type Params, type RpcRequest } from '../jsonrpc/message.ts';
import { recordedUri } from '../call/resources/recordedUri.ts';
import { quote, RpcFailure } from '../jsonrpc/rpcFailure.ts';
import type { Reply } from '../call/reply.ts';
import { resolveTool } from './resolveTool.ts';
import { offeredPrompt } from './offeredPrompt.ts';
import { offeredResource } from './offeredResource.ts';
import { addressOf } from './resources.ts';

const method = 'completion/complete';

/** `completion/complete`: forwarded to the server of the prompt or template that is being completed. */
export async function complete(
  deps: CallDependencies,
  caller: Caller,
  request: RpcRequest,
  notifier: ResponseNotifier,
): Promise<Reply> {
  const admitted = await decided(caller, async (checks) => {
    const { serverId, offered, ref, detail } = await referenced(deps, caller, own(request.params, 'ref'));
    const { server, failed } = await checks.offered(serverId, { method, about: detail }, offered);
    return { server, method, params: { ...request.params, ref }, detail, failed };
  });
  return forwardAndRespond(deps, caller, request, admitted, notifier);
}

interface Referenced {
  readonly serverId: string;
  readonly offered: Offered;
  /** The server's own name or URI. */
  readonly ref: Params;
  readonly detail: Readonly<Record<string, unknown>>;
}

async function referenced(deps: CallDependencies, caller: Caller, ref: unknown): Promise<Referenced> {
  const { catalog } = deps;
  const ambiguous = isObject(ref) ? ambiguousRefKey(ref) : undefined;
  if (ambiguous !== undefined) {
    const message = `params.ref has a member ${quote(ambiguous)}: keys are spelled in lower case, exactly`;
    throw new RpcFailure(RpcCode.invalidParams, message);
  }
  if (isObject(ref) && ref['type'] === 'ref/resource') {
    const address = await addressOf(catalog, caller, own(ref, 'uri'));
    const { serverId, uri } = address;
    const offered = offeredResource(deps, caller, address, { template: true });
    return { serverId, offered, ref: { ...ref, uri }, detail: { resource: recordedUri(uri) } };
  }
  const name = isObject(ref) && ref['type'] === 'ref/prompt' ? own(ref, 'name') : undefined;
  const address = typeof name === 'string' ? await resolveTool(catalog, caller, name, 'prompts') : undefined;
  if (!isObject(ref) || address === undefined) {
    throw new RpcFailure(
      RpcCode.invalidParams,
      'params.ref must name a prompt, or a template of resources by its URI',
    );
  }
  return {
    serverId: address.serverId,
    offered: offeredPrompt(catalog, caller, address),
    ref: { ...ref, name: address.name },
    detail: { prompt: address.name },
  };
}
