import { RpcCode } from '../../../errors.ts';
import { decided } from '../../call/authorize.ts';
import type { Caller } from '../../call/caller.ts';
import type { CallDependencies } from '../../call/forward.ts';
import { resultReply, type Reply } from '../../call/reply.ts';
import { own, type RpcRequest } from '../../jsonrpc/message.ts';
import type { ResponseNotifier } from '../../jsonrpc/notifier.ts';
import { RpcFailure } from '../../jsonrpc/rpcFailure.ts';
import { askOfTask } from '../../methods/askTask.ts';
import { listTasks } from '../../methods/lists/listTasks.ts';
import { subscribeResource, type SubscribeDependencies } from '../../methods/resources.ts';
import { isLogLevel } from '../../session/logLevel.ts';
import type { Session } from '../../session/session.ts';
import { initialize, type InitializeDependencies } from './initialize.ts';

export interface LegacyDependencies extends CallDependencies, InitializeDependencies, SubscribeDependencies {}

/** The sender of a message, beyond the members that every request has. */
export interface Handshaken {
  readonly tokenKey: string;
  readonly session: Session | undefined;
}

/** Answers the methods that only the eras with a handshake have; undefined for any other. */
export function respond(
  deps: LegacyDependencies,
  { tokenKey, session }: Handshaken,
  caller: Caller,
  request: RpcRequest,
  notifier: ResponseNotifier,
): Promise<Reply> | undefined {
  switch (request.method) {
    case 'initialize':
      return initialize(deps, caller, tokenKey, request);
    case 'tasks/get':
    case 'tasks/result':
    case 'tasks/cancel':
      return caller.era.supportsTasks ? askOfTask(deps, caller, request, notifier) : undefined;
    default: {
      const result = answer(deps, session, caller, request);
      return result?.then((value) => resultReply(caller, request, value));
    }
  }
}

function answer(
  deps: LegacyDependencies,
  session: Session | undefined,
  caller: Caller,
  request: RpcRequest,
): Promise<unknown> | undefined {
  switch (request.method) {
    case 'ping':
      return Promise.resolve({});
    case 'logging/setLevel':
      return setLevel(session, caller, request);
    case 'resources/subscribe':
    case 'resources/unsubscribe':
      return subscribeResource(deps, caller, session, request);
    case 'tasks/list':
      return caller.era.supportsTasks ? listTasks(deps, caller, request.params) : undefined;
    default:
      return undefined;
  }
}

/** `logging/setLevel`: applies to the session from now on; servers are sent the level before its next call. */
async function setLevel(
  session: Session | undefined,
  caller: Caller,
  { method, params }: RpcRequest,
): Promise<Record<string, never>> {
  await decided(caller, (checks) => caller.only === null || checks.server(caller.only, { method }));
  const level = own(params, 'level');
  if (!isLogLevel(level)) {
    throw new RpcFailure(RpcCode.invalidParams, 'params.level must be a level such as "info" or "error"');
  }
  if (session !== undefined) session.logLevel = level;
  return {};
}
