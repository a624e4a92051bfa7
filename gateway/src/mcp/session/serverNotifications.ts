import type { Catalog } from '../../catalog/catalog.ts';
import type { Registry } from '../../registry/types.ts';
import type { Owner, UpstreamNotification } from '../../upstream/types.ts';
import { concerned } from './concerned.ts';
import { isWanted } from './logLevel.ts';
import { whenWritten } from '../../upstream/rpc/writeLarge.ts';
import { isObject, notification } from '../jsonrpc/message.ts';
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
): Promise<void> | undefined {
  const { catalog, listeners, sessions, registry } = parts;
  switch (method) {
    case 'notifications/tools/list_changed':
      catalog.changed(serverId, owner, 'tools');
      return undefined;
    case 'notifications/prompts/list_changed':
      catalog.changed(serverId, owner, 'prompts');
      return undefined;
    case 'notifications/resources/list_changed':
      catalog.changed(serverId, owner, 'resources');
      catalog.changed(serverId, owner, 'templates');
      return undefined;
    case 'notifications/resources/updated':
      return isObject(params) ? listeners.updated(serverId, owner, params) : undefined;
    case 'notifications/tasks/status':
      return isObject(params) ? tellTaskStatus(parts, serverId, params, owner) : undefined;
    case 'notifications/message':
    case 'notifications/elicitation/complete':
      return notifySessions();
    default:
      return undefined;
  }

  function notifySessions(): Promise<void> | undefined {
    const scope = registry().servers.get(serverId)?.scope;
    // A shared server does not say which of its clients it means.
    if (scope === undefined || scope === 'shared') return undefined;
    if (registry().clients.get(owner.clientId)?.allowServers.has(serverId) !== true) return undefined;
    const isLog = method === 'notifications/message';
    const told = [...sessions.of(owner.clientId)].filter(({ id, identity: { only }, logLevel }) => {
      const wanted = !isLog || isWanted(params, logLevel);
      return concerned(scope, owner, id) && wanted && (only === null || only === serverId);
    });
    if (told.length === 0) return undefined;
    return whenWritten(owner.clientId, notification(method, params), (text) => {
      for (const session of told) session.push(text, isLog ? 'offered' : undefined);
    });
  }
}
