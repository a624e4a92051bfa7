import type { Catalog } from '../../catalog/catalog.ts';
import type { Registry } from '../../registry/types.ts';
import type { Owner, UpstreamNotification } from '../../upstream/types.ts';
import { concerned } from './concerned.ts';
import { isWanted } from './logLevel.ts';
import { isObject, notificationText } from '../jsonrpc/message.ts';
import type { ResourceListeners } from './resourceListeners.ts';
import type { Sessions } from './sessions.ts';
import type { TaskClaims } from '../tasks/claims.ts';
import { tellTaskStatus } from './taskStatus.ts';

export interface NotificationParts {
  readonly catalog: Catalog;
  readonly listeners: ResourceListeners;
  readonly sessions: Sessions;
  readonly taskClaims: TaskClaims;
  readonly registry: () => Registry;
}

/** Forwards a notification that a server sent outside of a request, only to the clients that the instance works for. */
export function takeNotification(
  parts: NotificationParts,
  { serverId, method, params }: UpstreamNotification,
  owner: Owner,
): void {
  const { catalog, listeners, sessions, registry } = parts;
  switch (method) {
    case 'notifications/tools/list_changed':
      catalog.changed(serverId, owner, 'tools');
      return;
    case 'notifications/prompts/list_changed':
      catalog.changed(serverId, owner, 'prompts');
      return;
    case 'notifications/resources/list_changed':
      catalog.changed(serverId, owner, 'resources');
      catalog.changed(serverId, owner, 'templates');
      return;
    case 'notifications/resources/updated':
      if (isObject(params)) listeners.updated(serverId, owner, params);
      return;
    case 'notifications/tasks/status':
      if (isObject(params)) tellTaskStatus(parts, serverId, params, owner);
      return;
    case 'notifications/message':
    case 'notifications/elicitation/complete':
      notifySessions();
  }

  function notifySessions(): void {
    const scope = registry().servers.get(serverId)?.scope;
    // A shared server does not say which of its clients it means.
    if (scope === undefined || scope === 'shared') return;
    if (registry().clients.get(owner.clientId)?.allowServers.has(serverId) !== true) return;
    for (const session of sessions.of(owner.clientId)) {
      const { only } = session.identity;
      const wanted = method !== 'notifications/message' || isWanted(params, session.logLevel);
      if (concerned(scope, owner, session.id) && wanted && (only === null || only === serverId))
        session.push(
          notificationText(method, params),
          method === 'notifications/message' ? 'offered' : undefined,
        );
    }
  }
}
