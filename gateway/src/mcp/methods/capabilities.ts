import type { Described } from '../../catalog/memory/remembered.ts';
import { isObject, own, type Params } from '../jsonrpc/message.ts';
import { taskCapability, taskRevision, tasksOf } from '../tasks/support.ts';

/** What LMCP can pass on of any server, to a client of any era. */
const passedOn: Params = {
  tools: { listChanged: true },
  resources: { subscribe: true, listChanged: true },
  prompts: { listChanged: true },
  logging: {},
  completions: {},
};

/**
 * What is offered to a client: everything that may come from some server, or what the one server of the path has.
 * @param revision what was settled on with the client; tasks are of one alone
 */
export function offeredCapabilities(server: Described | undefined, revision: string): Params {
  const offered = lastingCapabilities(server);
  if (revision !== taskRevision) return offered;
  const tasks = server === undefined ? { list: true, cancel: true, call: true } : tasksOf(server);
  return tasks === undefined ? offered : { ...offered, tasks: taskCapability(tasks) };
}

function lastingCapabilities(server: Described | undefined): Params {
  const theirs = server?.initializeResult['capabilities'];
  if (!isObject(theirs)) return passedOn;
  const { resources } = theirs;
  return Object.fromEntries(
    Object.entries(passedOn)
      .filter(([name]) => isObject(own(theirs, name)) || name === 'tools')
      .map(([name, ours]) =>
        name === 'resources' && !(isObject(resources) && resources['subscribe'] === true)
          ? [name, { listChanged: true }]
          : [name, ours],
      ),
  );
}
