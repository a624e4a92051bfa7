import type { Instance } from '../upstream/types.ts';
import { isObject, own, type Params } from './message.ts';

/** What LMCP can pass on of any server. Tasks are not among it: the eras mean different things by them. */
const passedOn: Params = {
  tools: { listChanged: true },
  resources: { subscribe: true, listChanged: true },
  prompts: { listChanged: true },
  logging: {},
  completions: {},
};

/** What is offered to a client: everything that may come from some server, or what the one server of the path has. */
export function offeredCapabilities(instance: Instance | undefined): Params {
  const theirs = instance?.initializeResult['capabilities'];
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

/** What the one server of the path wants to be known of its use. */
export function instructionsOf(instance: Instance | undefined): { readonly instructions?: string } {
  const instructions = instance?.initializeResult['instructions'];
  return typeof instructions === 'string' ? { instructions } : {};
}
