import { RpcCode } from '../../errors.ts';
import type { Era, Instance } from '../../upstream/types.ts';
import { own, type Params, type RpcError } from '../jsonrpc/message.ts';
import { quote } from '../jsonrpc/rpcFailure.ts';
import { offersTasks } from './extension.ts';
import { tasksOf } from './support.ts';

/**
 * Why this server can't handle a request because of tasks; undefined if it can. On the path of one server without tasks LMCP
 * has not announced tasks, so a call is answered as an ordinary one. On `/mcp` it has, and a call that can't become a task
 * must not run as anything else (MCP 2025-11-25, basic/utilities/tasks).
 */
export function rejectedTask(
  instance: Pick<Instance, 'serverId' | 'era' | 'initializeResult'>,
  { only, era }: { readonly only: string | null; readonly era: { readonly name: Era } },
  method: string,
  params: Params,
): RpcError | undefined {
  const tasks = tasksOf(instance);
  if (method === 'tools/call') {
    const passes = own(params, 'task') === undefined || tasks?.call === true || only !== null;
    return passes
      ? undefined
      : rejection(`${quote(instance.serverId)} runs no tool as a task: leave out params.task`);
  }
  if (!method.startsWith('tasks/')) return undefined;
  if (era.name === 'modern' && offersTasks(instance)) return undefined;
  if (tasks === undefined || era.name === 'modern')
    return rejection(`${quote(instance.serverId)} has no tasks`);
  return method === 'tasks/cancel' && !tasks.cancel
    ? rejection(`the tasks of ${quote(instance.serverId)} can't be cancelled`)
    : undefined;
}

function rejection(message: string): RpcError {
  return { code: RpcCode.methodNotFound, message };
}
