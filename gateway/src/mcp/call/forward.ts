import { noteDurably, onceDurable } from '../../audit/durable.ts';
import type { Catalog } from '../../catalog/catalog.ts';
import type { GivenResources } from '../../catalog/resources/givenResources.ts';
import type { Clock } from '../../clock.ts';
import { UpstreamError } from '../../errors.ts';
import { answersQuestions } from '../../upstream/clientCapabilities.ts';
import type { Instance, RequestOptions, UpstreamAnswer, UpstreamPool } from '../../upstream/types.ts';
import { governedAnswer, governedConversation, noteResponses } from './questions/clientRequests.ts';
import { signInElicitation } from './questions/signInElicitation.ts';
import type { AdmittedRequest } from './admittedRequest.ts';
import { ownerOf, type Caller } from './caller.ts';
import type { ClientSide } from './era.ts';
import type { LogLevels } from './logLevels.ts';
import { isObject, notification, own, type Params, type RpcRequest } from '../jsonrpc/message.ts';
import { outcomeDetail, outcomeName, type Outcome } from './outcome.ts';
import { toRpcError } from '../jsonrpc/rpcFailure.ts';
import { resourcesIn } from './resources/resourcesIn.ts';
import { largeErrorReply, largeReply } from './largeReply.ts';
import { isLarge } from '../../upstream/limits.ts';
import { whenWritten } from '../../upstream/rpc/writeLarge.ts';
import { errorReply, resultReply, type Reply } from './reply.ts';
import type { TaskClaims } from '../tasks/claims.ts';
import { requireExpected, startedTaskId } from '../tasks/extension.ts';
import { rejectedTask } from '../tasks/rejectedTask.ts';
import { withoutUnknownTask } from '../tasks/support.ts';
import { createdTaskId, relatedForAll, withoutRelatedTask } from '../tasks/translate.ts';

export interface CallDependencies {
  readonly catalog: Catalog;
  readonly pool: UpstreamPool;
  readonly clock: Clock;
  readonly logLevels: LogLevels;
  readonly taskClaims: TaskClaims;
  readonly given: GivenResources;
}

/** Forwards the request. Returns the server's answer, or the failure. */
export async function forward(
  deps: CallDependencies,
  caller: Caller,
  admitted: AdmittedRequest,
  client: ClientSide,
): Promise<Outcome> {
  if (admitted.failed !== undefined) return admitted.failed;
  try {
    await noteResponses(caller, admitted.server, admitted.params);
    const owner = ownerOf(caller);
    const acquire = (): Promise<Instance> => deps.pool.acquire(admitted.server, owner, 'calling');
    const { instance: named } = admitted;
    let instance = await onceDurable(caller.trail, () => (named ? Promise.resolve(named) : acquire()));
    // Another session that waited for the same start was first. No await from here to the request.
    if (!named && answersQuestions(caller.era.capabilities) && instance.servesOther(owner.sessionId))
      instance = await acquire();
    deps.logLevels.ensure(instance, caller.era.logLevel);
    const rejected = rejectedTask(instance, caller, admitted.method, admitted.params);
    if (rejected !== undefined) return { error: rejected, bytes: 0 };
    const params = paramsFor(instance, caller, admitted);
    const given = await instance.request(admitted.method, params, options(caller, admitted, client));
    const answer = await governedAnswer(caller, admitted.server, given);
    if (instance.era === 'modern') requireExpected(admitted.server.id, caller.era.capabilities, answer);
    claimTask(deps, caller, admitted, answer, instance);
    if ('result' in answer) deps.given.give(admitted.server, caller.client.id, resourcesIn(answer.result));
    if (instance.era === 'legacy' || 'error' in answer) return answer;
    return { ...answer, result: caller.era.fromStateless(answer.result) };
  } catch (error) {
    if (error instanceof UpstreamError) return error;
    throw error;
  }
}

/** Removes members that a server of the other era doesn't know, and the task for a server without tasks. */
function paramsFor(instance: Instance, { era }: Caller, { params }: AdmittedRequest): Params {
  return instance.era === 'legacy'
    ? withoutRelatedTask(era.paramsForHandshake(instance, params))
    : withoutUnknownTask(instance, params);
}

/** A task belongs to the client whose call made it. */
function claimTask(
  { taskClaims }: CallDependencies,
  caller: Caller,
  { server, params }: AdmittedRequest,
  answer: UpstreamAnswer,
  instance: Instance,
): void {
  if (!('result' in answer)) return;
  const asked = own(params, 'task') !== undefined;
  const taskId = asked ? createdTaskId(answer.result) : startedTaskId(answer.result);
  if (taskId !== undefined) taskClaims.claim(server, caller.client.id, taskId, instance);
}

const looks: ReadonlySet<string> = new Set(['tasks/get', 'tasks/cancel']);

function options(
  caller: Caller,
  admitted: AdmittedRequest,
  { notifier, signal, conversation }: ClientSide,
): RequestOptions {
  const { timeouts } = admitted.server;
  const meta = own(admitted.params, '_meta');
  const callerToken = isObject(meta) ? own(meta, 'progressToken') : undefined;
  const wantsProgress = typeof callerToken === 'string' || typeof callerToken === 'number';
  return {
    timeoutMs: timeouts.toolsCallS * 1000,
    maxTimeoutMs: timeouts.toolsCallMaxS * 1000,
    clientId: caller.client.id,
    ...(signal === undefined ? {} : { signal }),
    // A server with a handshake sends the requests of a task while its result is awaited, not while its state is polled.
    ...(conversation === undefined || (caller.era.name === 'legacy' && looks.has(admitted.method))
      ? {}
      : { conversation: governedConversation(caller, admitted.server, conversation) }),
    ...(caller.large === true ? { large: true } : {}),
    ...(admitted.headers === undefined ? {} : { headers: admitted.headers }),
    ...(wantsProgress
      ? {
          progress: {
            callerToken,
            onProgress: (params, answered) => tellProgress(caller, admitted, notifier, params, answered),
          },
        }
      : {}),
  };
}

/** Once the call is answered with a task, its progress is the task's, and goes to the session's own stream. */
function tellProgress(
  { client, only, era }: Caller,
  { server }: AdmittedRequest,
  notifier: ClientSide['notifier'],
  params: Params,
  answered: boolean,
): Promise<void> | undefined {
  const known = only === null ? relatedForAll(server.id)(params) : params;
  return whenWritten(client.id, notification('notifications/progress', known), (text) => {
    if (answered) era.push(text, 'offered');
    else notifier.notify(text, 'offered');
  });
}

/** Logs the outcome; durable when the promise resolves. */
export function record(
  caller: Caller,
  { server, tool, method, detail, via }: AdmittedRequest,
  outcome: Outcome,
  durationMs: number,
): Promise<void> {
  return noteDurably(caller.trail, {
    event: 'tool_result',
    server_id: server.id,
    tool_name: tool ?? null,
    detail: {
      ...(tool === undefined ? { method, ...detail } : {}),
      ...(via === undefined ? {} : { via }),
      outcome: outcomeName(outcome),
      duration_ms: Math.round(durationMs),
      ...outcomeDetail(outcome),
    },
  });
}

/** A promise for a large result alone. */
export function replyTo(
  caller: Caller,
  request: RpcRequest,
  { translate }: AdmittedRequest,
  outcome: Outcome,
): Reply | Promise<Reply> {
  if (outcome instanceof UpstreamError)
    return errorReply(caller, request.id, signInElicitation(caller, outcome) ?? toRpcError(outcome));
  const large = isLarge(outcome.bytes);
  if ('error' in outcome)
    return large
      ? largeErrorReply(caller, request, outcome.error)
      : errorReply(caller, request.id, outcome.error);
  const result = translate === undefined ? outcome.result : translate(outcome.result);
  return large ? largeReply(caller, request, result) : resultReply(caller, request, result);
}
