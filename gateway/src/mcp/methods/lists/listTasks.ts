import { readAllItems, type Item } from '../../../catalog/items.ts';
import { UpstreamError } from '../../../errors.ts';
import type { Server } from '../../../registry/types.ts';
import type { Instance } from '../../../upstream/types.ts';
import { requestWithRetry } from '../../../upstream/pool/requestWithRetry.ts';
import { ownerOf, type Caller } from '../../call/caller.ts';
import type { CallDependencies } from '../../call/forward.ts';
import { decided } from '../../call/authorize.ts';
import type { Params } from '../../jsonrpc/message.ts';
import { tasksOf } from '../../tasks/support.ts';
import { taskForAll } from '../../tasks/translate.ts';
import { requireFirstPage } from './onePage.ts';

const method = 'tasks/list';

type Listed =
  | { readonly server: Server; readonly tasks: readonly Item[]; readonly offered: number }
  | { readonly server: Server; readonly error: UpstreamError };

/**
 * `tasks/list`: the tasks that this client made, of all its servers or of the one of the path. Always one page; among many, a
 * server that fails or is slow is left out.
 * @throws UpstreamError only for the one server of the path
 */
export async function listTasks(
  deps: Pick<CallDependencies, 'pool' | 'taskClaims'>,
  caller: Caller,
  params: Params,
): Promise<{ tasks: unknown[] }> {
  requireFirstPage(params);
  const servers = await decided(caller, (checks) => checks.servers(method));
  const answers = await Promise.all(servers.map((server) => ask(deps, caller, server)));
  for (const answer of answers) noteOutcome(caller, answer);
  return {
    tasks: answers.flatMap((answer): readonly unknown[] => {
      if (!('error' in answer))
        return caller.only === null ? answer.tasks.map(taskForAll(answer.server.id)) : answer.tasks;
      if (caller.only !== null) throw answer.error;
      return [];
    }),
  };
}

async function ask(
  { pool, taskClaims }: Pick<CallDependencies, 'pool' | 'taskClaims'>,
  caller: Caller,
  server: Server,
): Promise<Listed> {
  try {
    // Tasks end with the instance that runs them.
    const instances = taskClaims.instancesOf(server, caller.client.id);
    const ready = pool.ready(server, ownerOf(caller));
    if (ready !== undefined) instances.add(ready);
    const lists = [...instances]
      .filter((instance) => tasksOf(instance)?.list === true)
      .map((instance) => tasksIn(instance, caller, server));
    const all = (await Promise.all(lists)).flat();
    const tasks = all.filter(({ taskId }) => taskClaims.holds(server, caller.client.id, String(taskId)));
    return { server, tasks, offered: all.length };
  } catch (error) {
    if (error instanceof UpstreamError) return { server, error };
    throw error;
  }
}

async function tasksIn(instance: Instance, caller: Caller, server: Server): Promise<readonly Item[]> {
  const { items } = await readAllItems(
    'tasks',
    (cursor) => requestWithRetry(instance, method, cursor === undefined ? {} : { cursor }, server.timeouts),
    caller.registry.settings.listMaxBytes,
  );
  return items;
}

function noteOutcome(caller: Caller, answer: Listed): void {
  const outcome =
    'error' in answer
      ? { outcome: 'error', kind: answer.error.kind }
      : { outcome: 'ok', offered: answer.offered, hidden: answer.offered - answer.tasks.length };
  caller.trail.note({ event: 'tool_result', server_id: answer.server.id, detail: { method, ...outcome } });
}
