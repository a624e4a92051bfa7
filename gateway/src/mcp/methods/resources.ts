import type { Catalog } from '../../catalog/catalog.ts';
import { splitUri, type ResourceAddress } from '../../catalog/resources/resourceUris.ts';
import { RpcCode, type UpstreamError } from '../../errors.ts';
import type { Clock } from '../../clock.ts';
import type { Server } from '../../registry/types.ts';
import type { Session } from '../session/session.ts';
import type { ResponseNotifier } from '../jsonrpc/notifier.ts';
import { ownerOf, type Caller } from '../call/caller.ts';
import { forwardAndRespond } from '../call/forwardAndRespond.ts';
import { record, type CallDependencies } from '../call/forward.ts';
import { decided } from '../call/authorize.ts';
import { own, type Params, type RpcRequest } from '../jsonrpc/message.ts';
import { recordedUri } from '../call/resources/recordedUri.ts';
import { quote, RpcFailure } from '../jsonrpc/rpcFailure.ts';
import type { Reply } from '../call/reply.ts';
import type { ResourceListeners, Listener } from '../session/resourceListeners.ts';
import { contentsForAll } from '../call/resources/translate.ts';
import { viewAddress } from './apps.ts';
import { offeredResource, type OfferedResourceDependencies } from './offeredResource.ts';

/** A resource of a server that is allowed for this caller; the decision is durable. */
interface AdmittedResource {
  readonly server: Server;
  /** The server's own URI. */
  readonly uri: string;
  readonly detail: { readonly resource: string };
  /** Why the server could not be asked whether it offers the resource; the request must not be forwarded then. */
  readonly failed: UpstreamError | undefined;
}

export interface SubscribeDependencies extends OfferedResourceDependencies {
  readonly clock: Clock;
  readonly listeners: ResourceListeners;
}

/** `resources/read`: a resource is governed by its server's grant, and logged like a call. */
export async function readResource(
  deps: CallDependencies,
  caller: Caller,
  request: RpcRequest,
  notifier: ResponseNotifier,
): Promise<Reply> {
  const admitted = await admitResource(deps, caller, request.method, request.params);
  const { server, uri, detail, failed } = admitted;
  const params = { ...request.params, uri };
  // A view is requested and answered under the server's own URI.
  const renamed = caller.only === null && own(request.params, 'uri') !== uri;
  const translate = renamed ? contentsForAll(server.id) : undefined;
  return forwardAndRespond(
    deps,
    caller,
    request,
    { server, method: request.method, params, detail, failed, translate },
    notifier,
  );
}

/** `resources/subscribe` and `resources/unsubscribe`: updates go to the session that subscribed. */
export async function subscribeResource(
  deps: SubscribeDependencies,
  caller: Caller,
  session: Session | undefined,
  request: RpcRequest,
): Promise<Record<string, never>> {
  const { method, params } = request;
  const subscribes = method === 'resources/subscribe';
  // A subscriber may unsubscribe even if the server no longer lists the resource.
  const admitted = await (subscribes ? admitResource : admitListener)(deps, caller, method, params);
  const { server, uri, detail, failed } = admitted;
  if (session === undefined) {
    throw new RpcFailure(RpcCode.invalidRequest, 'subscriptions require a session: initialize first');
  }
  const started = deps.clock.monotonic();
  const listener: Listener = {
    key: session,
    clientId: caller.client.id,
    all: caller.only === null,
    push: (text) => session.push(text),
  };
  const rejection =
    failed ?? (subscribes ? await deps.listeners.add(server, ownerOf(caller), uri, listener) : undefined);
  if (!subscribes) await deps.listeners.remove(server.id, uri, listener);
  const outcome = rejection ?? { result: {}, bytes: 0 };
  await record(caller, { server, method, params, detail }, outcome, deps.clock.monotonic() - started);
  if ('error' in outcome) {
    const { code, message, data } = outcome.error;
    throw new RpcFailure(code, message, data);
  }
  return {};
}

/** Checks access to the server of a resource, and that the server offers it to this client. */
export async function admitResource(
  deps: OfferedResourceDependencies,
  caller: Caller,
  method: string,
  params: Params,
): Promise<AdmittedResource> {
  return decided(caller, async (checks) => {
    const address = await addressOf(deps.catalog, caller, own(params, 'uri'));
    const { serverId, uri } = address;
    const detail = { resource: recordedUri(uri) };
    // The error names the missing resource by the URI that the client sent (MCP 2026-07-28, SEP-2164).
    const offered = { ...offeredResource(deps, caller, address), data: { uri: own(params, 'uri') } };
    return { ...(await checks.offered(serverId, { method, about: detail }, offered)), uri, detail };
  });
}

/** Checks only access to the resource's server. */
async function admitListener(
  { catalog }: OfferedResourceDependencies,
  caller: Caller,
  method: string,
  params: Params,
): Promise<AdmittedResource> {
  return decided(caller, async (checks) => {
    const { serverId, uri } = await addressOf(catalog, caller, own(params, 'uri'));
    const detail = { resource: recordedUri(uri) };
    const server = checks.other(serverId, { method, about: detail });
    return { server, uri, detail, failed: undefined };
  });
}

export async function addressOf(catalog: Catalog, caller: Caller, uri: unknown): Promise<ResourceAddress> {
  if (typeof uri !== 'string' || uri === '') {
    throw new RpcFailure(RpcCode.invalidParams, 'params.uri must be the URI of a resource');
  }
  if (caller.only !== null) return { serverId: caller.only, uri };
  const address = splitUri(uri) ?? (await viewAddress(catalog, caller, uri));
  if (address !== undefined) return address;
  throw new RpcFailure(
    RpcCode.invalidParams,
    `there is no resource ${quote(recordedUri(uri))}; the URI of a resource is lmcp:<server>/<its own URI>`,
    { uri },
  );
}
