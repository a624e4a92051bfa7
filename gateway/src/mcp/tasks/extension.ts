import { RpcCode, UpstreamError } from '../../errors.ts';
import { tasksExtension, type ClientCapabilities } from '../../upstream/clientCapabilities.ts';
import type { Instance, UpstreamAnswer } from '../../upstream/types.ts';
import { isObject, own, type Params } from '../jsonrpc/message.ts';
import { RpcFailure } from '../jsonrpc/rpcFailure.ts';
import { taskForAll } from './translate.ts';

/** What is asked of a task of the extension (SEP-2663). */
export const extensionMethods: ReadonlySet<string> = new Set(['tasks/get', 'tasks/update', 'tasks/cancel']);

/** As a capability, of either side (SEP-2663, "Capability Negotiation"). */
export const extensionCapability: Params = { extensions: { [tasksExtension]: {} } };

/** Whether a client takes a task in place of a result, which each of its requests says for itself. */
export function declaresTasks({ extensions }: ClientCapabilities): boolean {
  return extensions?.[tasksExtension] !== undefined;
}

/** @throws RpcFailure −32021 for a client that does not say so */
export function requireTasks(capabilities: ClientCapabilities): void {
  if (declaresTasks(capabilities)) return;
  throw new RpcFailure(
    RpcCode.missingClientCapability,
    `the client has to declare the extension ${tasksExtension}`,
    { requiredCapabilities: extensionCapability },
  );
}

/** Whether the server has tasks of the extension. */
export function offersTasks({ era, initializeResult }: Pick<Instance, 'era' | 'initializeResult'>): boolean {
  const capabilities = own(initializeResult, 'capabilities');
  const extensions = isObject(capabilities) ? own(capabilities, 'extensions') : undefined;
  return era === 'modern' && isObject(extensions) && isObject(own(extensions, tasksExtension));
}

/** The id of the task that a server answers with in place of a result. */
export function startedTaskId(result: unknown): string | undefined {
  if (!isObject(result) || result['resultType'] !== 'task') return undefined;
  const id = own(result, 'taskId');
  return typeof id === 'string' ? id : undefined;
}

/** A task goes to clients alone that take one. @throws UpstreamError */
export function requireExpected(
  serverId: string,
  capabilities: ClientCapabilities,
  answer: UpstreamAnswer,
): void {
  if (!('result' in answer) || !isObject(answer.result) || answer.result['resultType'] !== 'task') return;
  if (declaresTasks(capabilities) && startedTaskId(answer.result) !== undefined) return;
  throw new UpstreamError(
    'protocol',
    `Server "${serverId}" answered with a task that the client did not ask for, or that has no id.`,
  );
}

/** A result, or the task in its place under its id of `/mcp`. */
export function startedTaskForAll(serverId: string): (result: unknown) => unknown {
  const task = taskForAll(serverId);
  return (result) => (startedTaskId(result) === undefined ? result : task(result));
}
