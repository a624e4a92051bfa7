import { exposedTaskId, splitTaskId } from '../../catalog/taskIds.ts';
import type { Conversation, QuestionAnswer } from '../../upstream/types.ts';
import { isObject, own, type Params } from '../jsonrpc/message.ts';

/** Ties a message to a task (MCP 2025-11-25, basic/utilities/tasks, "Associating Task-Related Messages"). */
const relatedTask = 'io.modelcontextprotocol/related-task';

type Rename = (taskId: string) => string;

/** A task, or another object with a `taskId`, under the id of `/mcp`. */
export function taskForAll(serverId: string): (value: unknown) => unknown {
  const rename = exposing(serverId);
  return (value) => renameRelated(renameOwn(value, rename), rename);
}

/** The answer to a call with a task: the task under its id of `/mcp`, or the result of an ordinary call. */
export function createdTaskForAll(serverId: string): (result: unknown) => unknown {
  const rename = exposing(serverId);
  return (result) => {
    if (createdTaskId(result) === undefined || !isObject(result)) return result;
    return { ...result, task: renameOwn(result['task'], rename) };
  };
}

/** A server's reference to one of its tasks in any `_meta`. */
export function relatedForAll(serverId: string): (value: unknown) => unknown {
  return (value) => renameRelated(value, exposing(serverId));
}

/** The id of the task that a call was answered with. */
export function createdTaskId(result: unknown): string | undefined {
  const task = isObject(result) ? own(result, 'task') : undefined;
  const id = isObject(task) ? own(task, 'taskId') : undefined;
  return typeof id === 'string' ? id : undefined;
}

/**
 * A client's request without its reference to a task: tasks belong to the server, and no client request is part of one. A
 * server that trusted the reference might answer into another client's task.
 */
export function withoutRelatedTask(params: Params): Params {
  const meta = own(params, '_meta');
  if (!isObject(meta) || !Object.hasOwn(meta, relatedTask)) return params;
  const { [relatedTask]: _mark, ...rest } = meta;
  return { ...params, _meta: rest };
}

/** A conversation with a client of `/mcp` about a task: translates the task id in both directions. */
export function conversationForAll(conversation: Conversation, serverId: string): Conversation {
  const outward = relatedForAll(serverId);
  return {
    ...conversation,
    notify: (method, params) => conversation.notify(method, outward(params)),
    ask: async ({ method, params }, signal) =>
      inward(serverId, await conversation.ask({ method, params: outward(params) as Params }, signal)),
  };
}

function inward(serverId: string, answer: QuestionAnswer): QuestionAnswer {
  if (!('result' in answer)) return answer;
  const own: Rename = (given) => {
    const address = splitTaskId(given);
    return address?.serverId === serverId ? address.taskId : given;
  };
  return { result: renameRelated(answer.result, own) };
}

function exposing(serverId: string): Rename {
  return (taskId) => exposedTaskId({ serverId, taskId });
}

function renameOwn(value: unknown, rename: Rename): unknown {
  const id = isObject(value) ? own(value, 'taskId') : undefined;
  return isObject(value) && typeof id === 'string' ? { ...value, taskId: rename(id) } : value;
}

function renameRelated(value: unknown, rename: Rename): unknown {
  const meta = isObject(value) ? own(value, '_meta') : undefined;
  if (!isObject(value) || !isObject(meta) || !Object.hasOwn(meta, relatedTask)) return value;
  return { ...value, _meta: { ...meta, [relatedTask]: renameOwn(meta[relatedTask], rename) } };
}
