import type { Instance } from '../../upstream/types.ts';
import { isObject, own, type Params } from '../jsonrpc/message.ts';

/** The only revision whose tasks are forwarded; later ones have a different extension. */
export const taskRevision = '2025-11-25';

/** A server's task support (MCP 2025-11-25, basic/utilities/tasks, "Capabilities"). */
export interface ServerTasks {
  readonly list: boolean;
  readonly cancel: boolean;
  /** Its tools can be run as tasks. */
  readonly call: boolean;
}

/** Whether a client that has negotiated the revision in its session may make tasks. */
export function hasTasks(revision: string | undefined): boolean {
  return revision === taskRevision;
}

/** For a server whose tools can't run as tasks, a call is an ordinary one. */
export function withoutUnknownTask(instance: Instance, params: Params): Params {
  if (own(params, 'task') === undefined || tasksOf(instance)?.call === true) return params;
  const { task: _unknown, ...rest } = params;
  return rest;
}

/** Undefined for a server without tasks of this revision. */
export function tasksOf({
  era,
  initializeResult,
}: Pick<Instance, 'era' | 'initializeResult'>): ServerTasks | undefined {
  const capabilities = own(initializeResult, 'capabilities');
  if (era !== 'legacy' || initializeResult['protocolVersion'] !== taskRevision) return undefined;
  const tasks = member(capabilities, 'tasks');
  if (tasks === undefined) return undefined;
  const call = member(member(member(tasks, 'requests'), 'tools'), 'call') !== undefined;
  return { list: isObject(tasks['list']), cancel: isObject(tasks['cancel']), call };
}

/** The task capability announced to a client. */
export function taskCapability({ list, cancel, call }: ServerTasks): Params {
  return {
    ...(list && { list: {} }),
    ...(cancel && { cancel: {} }),
    ...(call && { requests: { tools: { call: {} } } }),
  };
}

function member(value: unknown, key: string): Params | undefined {
  const found = isObject(value) ? own(value, key) : undefined;
  return isObject(found) ? found : undefined;
}
