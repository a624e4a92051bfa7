import type { Described } from '../../catalog/memory/remembered.ts';
import { isObject, own, type Params } from '../jsonrpc/message.ts';
import { modernRevision } from '../../upstream/rpc/modernEnvelope.ts';
import { extensionCapability, offersTasks } from '../tasks/extension.ts';
import { taskCapability, taskRevision, tasksOf } from '../tasks/support.ts';

/** The capabilities that LMCP can forward from any server to a client of any era. */
const passedOn: Params = {
  tools: { listChanged: true },
  resources: { subscribe: true, listChanged: true },
  prompts: { listChanged: true },
  logging: {},
  completions: {},
};

/**
 * The capabilities announced to a client: all that some server may have, or those of the path's one server.
 * @param revision the revision negotiated with the client; one revision has tasks, another the tasks extension
 */
export function offeredCapabilities(server: Described | undefined, revision: string): Params {
  const offered = lastingCapabilities(server);
  if (revision === modernRevision)
    return server === undefined || offersTasks(server) ? { ...offered, ...extensionCapability } : offered;
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
