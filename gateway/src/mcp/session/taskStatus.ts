import type { Client, Registry } from '../../registry/types.ts';
import type { Owner } from '../../upstream/types.ts';
import { allWritten, whenWritten } from '../../upstream/rpc/writeLarge.ts';
import { notification, own, type Params } from '../jsonrpc/message.ts';
import { concerned } from './concerned.ts';
import type { Session } from './session.ts';
import type { Sessions } from './sessions.ts';
import type { TaskClaims } from '../tasks/claims.ts';
import { hasTasks } from '../tasks/support.ts';
import { taskForAll } from '../tasks/translate.ts';

/** Forwards `notifications/tasks/status` to the sessions of the task's client, under the task id that each of them knows. */
export function tellTaskStatus(
  parts: {
    readonly sessions: Sessions;
    readonly taskClaims: TaskClaims;
    readonly registry: () => Registry;
  },
  serverId: string,
  params: Params,
  owner: Owner,
): Promise<void> | undefined {
  const { servers, clients } = parts.registry();
  const server = servers.get(serverId);
  const taskId = own(params, 'taskId');
  if (server === undefined || typeof taskId !== 'string') return undefined;
  const writing: (Promise<void> | undefined)[] = [];
  for (const { id, allowServers } of server.scope === 'shared' ? clients.values() : ownerOnly()) {
    if (!allowServers.has(serverId) || !parts.taskClaims.holds(server, id, taskId)) continue;
    for (const session of parts.sessions.of(id))
      if (concerns(session)) writing.push(notify(session, serverId, params));
  }
  return allWritten(writing);

  function ownerOnly(): Client[] {
    const client = clients.get(owner.clientId);
    return client === undefined ? [] : [client];
  }

  function concerns(session: Session): boolean {
    const { only } = session.identity;
    return (
      concerned(server?.scope ?? 'client', owner, session.id) &&
      hasTasks(session.identity.revision) &&
      (only === null || only === serverId)
    );
  }
}

function notify(session: Session, serverId: string, params: Params): Promise<void> | undefined {
  const known = session.identity.only === null ? taskForAll(serverId)(params) : params;
  return whenWritten(session.identity.clientId, notification('notifications/tasks/status', known), (text) =>
    session.push(text),
  );
}
