import type { RegistryPatch } from 'lmcp-gateway/src/api/registry.ts';
import type { RegistryView } from 'lmcp-gateway/src/api/schema/registryView.ts';
import { grantServer } from '../access/grants.ts';
import { combinePatches } from '../access/patch.ts';
import type { DraftReading } from './serverDraft.ts';

/** Who may use a server that is not registered yet. */
export interface NewAccess {
  readonly clients: readonly string[];
  /** The only tools that anybody may call; null: every tool. */
  readonly tools: readonly string[] | null;
}

/** A server as a pasted configuration has it, in the form of the registry. */
export interface Pasted {
  readonly id: string;
  readonly definition: RegistryPatch;
  /** Those that it is to be granted to. */
  readonly clients: readonly string[];
}

/** The access that pending changes give to a server. */
export function accessIn(view: RegistryView, id: string): NewAccess {
  const clients = Object.entries(view.clients).filter(([, client]) => client.allow_servers.includes(id));
  const policy = view.servers[id]?.tool_policy;
  return {
    clients: clients.map(([name]) => name),
    tools: policy?.mode === 'allow_list' ? (policy.allow_tools ?? []) : null,
  };
}

/** One change: the server, its tool policy, and the grant of each client. */
export function newServerPatch(
  view: RegistryView,
  id: string,
  entry: RegistryPatch,
  { clients, tools }: NewAccess,
): RegistryPatch {
  const before = accessIn(view, id);
  const policy =
    tools !== null
      ? { tool_policy: { mode: 'allow_list', allow_tools: [...tools], deny_tools: null } }
      : before.tools === null
        ? {}
        : { tool_policy: null };
  const changed = [...new Set([...clients, ...before.clients])].filter(
    (client) => clients.includes(client) !== before.clients.includes(client),
  );
  return [
    { servers: { [id]: { ...entry, ...policy } } },
    ...changed.map((client) => grantServer(view, client, id, clients.includes(client))),
  ].reduce<RegistryPatch>(combinePatches, {});
}

/** What a test of the server needs of all pending changes: those of the server itself, and what the form says. */
export function trialPatch(pending: RegistryPatch, id: string, entry: RegistryPatch): RegistryPatch {
  const servers = pending['servers'] as RegistryPatch | undefined;
  const own = servers?.[id];
  const before = typeof own === 'object' && own !== null ? { servers: { [id]: own } } : {};
  return combinePatches(before, { servers: { [id]: entry } });
}

/** Why a new server cannot have this id; undefined where it can. */
export function idFault(id: string, view: RegistryView): string | undefined {
  if (Object.hasOwn(view.servers, id)) return 'A server has this id already.';
  return /^[A-Za-z0-9](?:[A-Za-z0-9-]|_(?!_|$)){0,63}$/.test(id)
    ? undefined
    : 'Letters, digits, “-” and single “_”; it starts with a letter or digit, 64 at most.';
}

/** What is to be fixed before a form can be added or tested, by field. */
export function serverFormProblems(
  reading: DraftReading,
  toEnter: ReadonlySet<string>,
  fault: string | undefined,
): ReadonlyMap<string, string> {
  const again = `Enter again, or remove: ${[...toEnter].join(', ')}.`;
  return new Map([
    ...(reading.ok ? [] : reading.errors),
    ...(toEnter.size > 0 ? ([['secrets', again]] as const) : []),
    ...(fault === undefined ? [] : ([['id', fault]] as const)),
  ]);
}
