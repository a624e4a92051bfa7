import { splitTaskId, type TaskAddress } from '../../catalog/taskIds.ts';
import { RpcCode } from '../../errors.ts';
import type { ResponseNotifier } from '../jsonrpc/notifier.ts';
import { ownerOf, type Caller } from '../call/caller.ts';
import { forwardAndRespond } from '../call/forwardAndRespond.ts';
import type { AdmittedRequest } from '../call/admittedRequest.ts';
import { record, replyTo, type CallDependencies } from '../call/forward.ts';
import { decided, type Checks } from '../call/authorize.ts';
import { isObject, own, type RpcRequest } from '../jsonrpc/message.ts';
import { RpcFailure } from '../jsonrpc/rpcFailure.ts';
import type { Reply } from '../call/reply.ts';
import { linksForAll } from '../call/resources/translate.ts';
import { relatedForAll, taskForAll } from '../tasks/translate.ts';

const message = 'unknown task: this client has no such task, or it has expired';

/**
 * `tasks/get`, `tasks/result`, `tasks/update` and `tasks/cancel`: a task is governed by its server's grant, answered only to the
 * client that made it, and logged like a call. The log holds a digest of the id, since knowing the id may suffice to read the result.
 */
export async function askOfTask(
  deps: CallDependencies,
  caller: Caller,
  request: RpcRequest,
  notifier: ResponseNotifier,
): Promise<Reply> {
  const { taskId, admitted } = await decided(caller, (checks) => admit(caller, request, checks));
  const { server } = admitted;
  const { id } = caller.client;
  if (deps.taskClaims.holds(server, id, taskId)) {
    const ready = deps.pool.ready(server, ownerOf(caller));
    const instance = deps.taskClaims.makerOf(server, id, taskId, ready);
    return forwardAndRespond(deps, caller, request, { ...admitted, instance }, notifier);
  }
  const outcome = { error: { code: RpcCode.invalidParams, message }, bytes: 0 };
  await record(caller, admitted, outcome, 0);
  return replyTo(caller, request, admitted, outcome);
}

function admit(
  caller: Caller,
  { method, params }: RpcRequest,
  checks: Checks,
): { readonly taskId: string; readonly admitted: AdmittedRequest } {
  const { serverId, taskId } = addressOf(caller, own(params, 'taskId'));
  const detail = { task: caller.trail.fingerprint(taskId).hmac };
  const server = checks.other(serverId, { method, about: detail });
  const translate = caller.only === null ? forAll(caller, method, serverId) : undefined;
  return { taskId, admitted: { server, method, params: { ...params, taskId }, detail, translate } };
}

function addressOf(caller: Caller, given: unknown): TaskAddress {
  if (typeof given !== 'string' || given === '')
    throw new RpcFailure(RpcCode.invalidParams, 'params.taskId must be the id of a task');
  if (caller.only !== null) return { serverId: caller.only, taskId: given };
  const address = splitTaskId(given);
  if (address === undefined) throw new RpcFailure(RpcCode.invalidParams, message);
  return address;
}

/** `tasks/result` returns the result of the call itself; the other methods return the task, with its result in the extension. */
function forAll({ era }: Caller, method: string, serverId: string): (result: unknown) => unknown {
  const [task, links] = [taskForAll(serverId), linksForAll(serverId)];
  if (era.name === 'modern') return (given) => withResult(task(given), links);
  if (method !== 'tasks/result') return task;
  const related = relatedForAll(serverId);
  return (result) => related(links(result));
}

function withResult(task: unknown, links: (result: unknown) => unknown): unknown {
  const result = isObject(task) ? own(task, 'result') : undefined;
  return isObject(task) && isObject(result) ? { ...task, result: links(result) } : task;
}
