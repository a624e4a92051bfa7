import { RpcCode } from '../../errors.ts';
import type { ResponseNotifier } from '../jsonrpc/notifier.ts';
import { callTool } from './callTool.ts';
import type { Caller } from '../call/caller.ts';
import type { CallDependencies } from '../call/forward.ts';
import { complete } from './complete.ts';
import { enterServers } from '../call/authorize.ts';
import { getPrompt } from './getPrompt.ts';
import { listOthers } from './listOthers.ts';
import { listTools } from './listTools.ts';
import { isLogLevel } from '../session/logLevel.ts';
import { own, type RpcRequest } from '../jsonrpc/message.ts';
import { discover } from '../era/stateless/discover.ts';
import { quote, RpcFailure } from '../jsonrpc/rpcFailure.ts';
import { resultReply, type Reply } from '../call/reply.ts';
import type { ResourceListeners } from '../session/resourceListeners.ts';
import { readResource, subscribeResource } from './resources.ts';
import { askOfTask } from './askTask.ts';
import { listTasks } from './listTasks.ts';
import { speaksTasks } from '../tasks/support.ts';

export interface DispatchDependencies extends CallDependencies {
  readonly listeners: ResourceListeners;
}

/**
 * One request through its handler: those that both eras know, and those of one alone.
 * @throws RpcFailure, UpstreamError, AuditUnavailableError
 */
export async function dispatch(
  deps: DispatchDependencies,
  caller: Caller,
  request: RpcRequest,
  notifier: ResponseNotifier,
): Promise<Reply> {
  switch (request.method) {
    case 'tools/call':
      return callTool(deps, caller, request, notifier);
    case 'prompts/get':
      return getPrompt(deps, caller, request, notifier);
    case 'resources/read':
      return readResource(deps, caller, request, notifier);
    case 'completion/complete':
      return complete(deps, caller, request, notifier);
    case 'tasks/get':
    case 'tasks/result':
    case 'tasks/cancel':
      return speaksTasks(caller)
        ? askOfTask(deps, caller, request, notifier)
        : unknownMethod(caller, request);
    default:
      return resultReply(caller, request.id, request.method, await answer(deps, caller, request));
  }
}

async function answer(deps: DispatchDependencies, caller: Caller, request: RpcRequest): Promise<unknown> {
  const { catalog } = deps;
  const { method, params } = request;
  switch (method) {
    case 'tools/list':
      return listTools(deps, caller, params);
    case 'prompts/list':
      return listOthers(catalog, caller, 'prompts', params);
    case 'resources/list':
      return listOthers(catalog, caller, 'resources', params);
    case 'resources/templates/list':
      return listOthers(catalog, caller, 'templates', params);
    default:
      return caller.modern === undefined
        ? answerLegacy(deps, caller, request)
        : answerModern(deps, caller, request);
  }
}

async function answerLegacy(
  deps: DispatchDependencies,
  caller: Caller,
  request: RpcRequest,
): Promise<unknown> {
  switch (request.method) {
    case 'tasks/list':
      return speaksTasks(caller) ? listTasks(deps, caller, request.params) : unknownMethod(caller, request);
    case 'ping':
      await caller.trail.commit();
      return {};
    case 'logging/setLevel':
      return setLevel(caller, request);
    case 'resources/subscribe':
    case 'resources/unsubscribe':
      return subscribeResource(deps, caller, request);
    default:
      return unknownMethod(caller, request);
  }
}

async function answerModern(
  deps: DispatchDependencies,
  caller: Caller,
  request: RpcRequest,
): Promise<unknown> {
  if (request.method === 'server/discover') return discover(deps.pool, caller);
  return unknownMethod(caller, request);
}

/** `logging/setLevel`: what the session hears from now on; servers are told before its next call. */
async function setLevel(caller: Caller, { method, params }: RpcRequest): Promise<Record<string, never>> {
  try {
    if (caller.only !== null) await enterServers(caller, method);
    const level = own(params, 'level');
    if (!isLogLevel(level)) {
      throw new RpcFailure(RpcCode.invalidParams, 'params.level must be a level such as "info" or "error"');
    }
    if (caller.session !== undefined) caller.session.logLevel = level;
    return {};
  } finally {
    await caller.trail.commit();
  }
}

async function unknownMethod(caller: Caller, { method }: RpcRequest): Promise<never> {
  await caller.trail.commit();
  throw new RpcFailure(RpcCode.methodNotFound, `LMCP does not know the method ${quote(method)}`);
}
