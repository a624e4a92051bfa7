import { metaKeys } from '../../../upstream/rpc/modernEnvelope.ts';
import { ownerOf, type Caller } from '../../call/caller.ts';
import type { Exchange } from '../../jsonrpc/exchange.ts';
import { enterLimit, type TakeToken } from '../../call/limit.ts';
import { openReply, type Reply } from '../../call/reply.ts';
import { decided } from '../../call/authorize.ts';
import { isObject, notificationText, own, type RpcRequest } from '../../jsonrpc/message.ts';
import { RpcFailure } from '../../jsonrpc/rpcFailure.ts';
import type { ResourceListeners } from '../../session/resourceListeners.ts';
import type { OfferedResourceDependencies } from '../../methods/offeredResource.ts';
import { admitResource } from '../../methods/resources.ts';
import type { Streams } from '../../session/listenStreams.ts';

const method = 'subscriptions/listen';
const maxUris = 200;

export interface ListenDependencies extends OfferedResourceDependencies {
  readonly listeners: ResourceListeners;
  readonly streams: Streams;
  readonly limit: TakeToken;
}

/**
 * `subscriptions/listen` (MCP 2026-07-28, basic/patterns/subscriptions): a stream of the changes that the client subscribed to,
 * until either side closes it. Access to the servers is checked as for every request.
 */
export async function listen(
  deps: ListenDependencies,
  caller: Caller,
  tokenKey: string,
  request: RpcRequest,
  exchange: Exchange,
): Promise<Reply> {
  const wanted = own(request.params, 'notifications');
  const filter = isObject(wanted) ? wanted : {};
  await decided(caller, (checks) => {
    if (caller.only !== null) checks.server(caller.only, { method });
  });
  const meta = { [metaKeys.subscriptionId]: request.id };
  // The acknowledgement is sent first: earlier notifications wait for it.
  const early: string[] = [];
  let send = (text: string): void => {
    early.push(text);
  };
  const push = (text: string): void => send(text);
  const listener = { key: {}, clientId: caller.client.id, all: caller.only === null, push, meta };
  const uris = await subscribe(deps, caller, own(filter, 'resourceSubscriptions'), listener);
  const lists = {
    ...(filter['toolsListChanged'] === true && { toolsListChanged: true }),
    ...(filter['promptsListChanged'] === true && { promptsListChanged: true }),
    ...(filter['resourcesListChanged'] === true && { resourcesListChanged: true }),
  };
  const stream = exchange.events();
  const notifications = { ...lists, ...(uris.length > 0 && { resourceSubscriptions: uris }) };
  stream.send(notificationText('notifications/subscriptions/acknowledged', { _meta: meta, notifications }));
  send = (text) => void stream.send(text);
  early.forEach(send);
  const { client, only, asksForSearch = false, era } = caller;
  const identity = { clientId: client.id, tokenKey, only, asksForSearch, application: era.application };
  const leave = deps.streams.add({
    identity,
    lists: new Set(Object.keys(lists)),
    meta,
    stream,
    seen: new Map(),
  });
  stream.onClose(() => {
    leave();
    deps.listeners.release(listener.key);
  });
  return openReply;
}

/** The subscribed URIs, one rate-limit token each; a resource that can't be subscribed to is left out of the acknowledgement. */
async function subscribe(
  deps: ListenDependencies,
  caller: Caller,
  wanted: unknown,
  listener: Parameters<ResourceListeners['add']>[3],
): Promise<string[]> {
  const { listeners, limit } = deps;
  const honoured: string[] = [];
  for (const uri of Array.isArray(wanted) ? wanted.slice(0, maxUris) : []) {
    if (typeof uri !== 'string') continue;
    if (!hasToken(limit, caller)) break;
    const admitted = await admitResource(deps, caller, method, { uri }).catch(() => undefined);
    if (admitted === undefined || admitted.failed !== undefined) continue;
    const rejection = await listeners.add(admitted.server, ownerOf(caller), admitted.uri, listener);
    if (rejection === undefined) honoured.push(uri);
  }
  return honoured;
}

/** Over the rate limit the remaining URIs are left out as well, and that is logged. */
function hasToken(limit: TakeToken, caller: Caller): boolean {
  try {
    enterLimit(limit, caller, method);
    return true;
  } catch (error) {
    if (error instanceof RpcFailure) return false;
    throw error;
  }
}
