import { isDeepStrictEqual } from 'node:util';
import { entryName } from '../connect/applications/application.ts';
import type { FoundServer } from './found.ts';
import { freeId, idFrom } from './ids.ts';
import { askedFor, secretsApart } from './secretsApart.ts';
import { toRegistry, type ServerSection } from './toRegistry.ts';

/** The servers of one configuration, and their owner. */
export interface Source {
  /** The file, or `stdin`. */
  readonly from: string;
  /** The client that is granted the servers of its own file; null: none. */
  readonly client: string | null;
  readonly servers: readonly FoundServer[];
}

/** The registry as plain data. */
export interface Present {
  readonly servers: ReadonlyMap<string, unknown>;
  readonly clients: ReadonlyMap<string, { readonly allowServers: readonly string[] }>;
  /** The secrets that there are: their values where they are in the file of the secrets. */
  readonly secrets: ReadonlyMap<string, string | null>;
}

/** One line of the report. */
export interface Outcome {
  readonly from: string;
  readonly name: string;
  /** The id in the registry; null where it was left out. */
  readonly id: string | null;
  readonly state: 'new' | 'known' | 'left_out';
  /** Why it was left out, or what the person should know. */
  readonly notes: readonly string[];
}

export interface ImportPlan {
  /** Servers to add, by id. */
  readonly servers: ReadonlyMap<string, ServerSection>;
  /** By the server's id: the secrets that are stored apart from it, by name. */
  readonly secrets: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** By the server's id: the names of secrets that are still to be given. */
  readonly asked: ReadonlyMap<string, readonly string[]>;
  /** What each client gains: server ids, with the tool policy of its own file. */
  readonly grants: ReadonlyMap<string, ReadonlyMap<string, ServerSection | null>>;
  readonly outcomes: readonly Outcome[];
}

export interface PlanOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether servers of projects are granted as well. */
  readonly projects: boolean;
}

/**
 * What importing these configurations would add. The same server in several files is one server; different servers of one name
 * get different ids. A client gains what its own file had; the servers of projects are granted to nobody unless asked.
 */
export function planImport(sources: readonly Source[], present: Present, options: PlanOptions): ImportPlan {
  const servers = new Map<string, ServerSection>();
  const secrets = new Map<string, ReadonlyMap<string, string>>();
  const asked = new Map<string, readonly string[]>();
  // As they were found, for comparing others with them.
  const whole = new Map<string, ServerSection>();
  const nameFor = namesOf(present);
  const grants = new Map<string, Map<string, ServerSection | null>>();
  const outcomes: Outcome[] = [];
  for (const { from, client, servers: found } of sources) {
    for (const { name, entry, project } of found) {
      const about = { from, name };
      if (isGateway(name, entry)) {
        outcomes.push({ ...about, id: null, state: 'left_out', notes: ['it is LMCP itself'] });
        continue;
      }
      const converted = toRegistry(entry, options.env);
      if (!converted.ok) {
        outcomes.push({ ...about, id: null, state: 'left_out', notes: [converted.reason] });
        continue;
      }
      const { server, policy, notes } = converted;
      const { id, known } = placeFor(name, server, present, whole);
      const moved: string[] = [];
      if (!known) {
        const apart = secretsApart(id, server, nameFor);
        whole.set(id, server);
        servers.set(id, apart.server);
        if (apart.secrets.size > 0) secrets.set(id, apart.secrets);
        if (apart.asked.length > 0) asked.set(id, apart.asked);
        moved.push(...[...apart.secrets.keys()].map((secret) => `the secret ${secret} goes to secrets.yaml`));
        moved.push(...apart.asked.map((secret) => `set its secret: lmcp secret set ${secret}`));
      }
      const granted = client !== null && (project === null || options.projects);
      if (granted && present.clients.get(client)?.allowServers.includes(id) !== true) {
        grants.set(client, (grants.get(client) ?? new Map<string, ServerSection | null>()).set(id, policy));
      }
      const ofProject = project === null ? [] : [`belongs to the project ${project}`];
      outcomes.push({
        ...about,
        id,
        state: known ? 'known' : 'new',
        notes: [...ofProject, ...notes, ...moved],
      });
    }
  }
  return { servers, secrets, asked, grants, outcomes };
}

function placeFor(
  name: string,
  server: ServerSection,
  present: Present,
  planned: ReadonlyMap<string, ServerSection>,
): { readonly id: string; readonly known: boolean } {
  // One that is disabled in one file and not in another is two servers: neither file decides for the other.
  const alike = [...planned].filter(([, { enabled }]) => enabled === server['enabled']);
  for (const [id, section] of [...present.servers, ...alike]) {
    if (sameServer(section, server, present.secrets)) return { id, known: true };
  }
  const taken = new Set([...present.servers.keys(), ...planned.keys()]);
  return { id: freeId(idFrom(name), taken), known: false };
}

const identity = ['transport', 'command', 'image', 'args', 'env', 'cwd', 'mounts', 'url', 'headers'];

/** Two definitions start, or reach, the same thing. */
function sameServer(one: unknown, other: ServerSection, secrets: Present['secrets']): boolean {
  if (typeof one !== 'object' || one === null) return false;
  const filled = (text: string): string =>
    text.replaceAll(/\$\{secret:([^}]+)\}/g, (whole, name: string) => secrets.get(name) ?? whole);
  return identity.every((key) => {
    const [a, b] = [normal((one as ServerSection)[key]), normal(other[key])];
    if (typeof a !== 'object' || typeof b !== 'object') return sameText(filled, a, b);
    const [left, right] = [Object.entries(a as object), Object.entries(b as object)];
    const values = new Map<string, unknown>(left);
    return (
      left.length === right.length &&
      right.every(([name, value]) => sameText(filled, values.get(name), value))
    );
  });
}

/** Values that the person has to enter match any value. */
function sameText(filled: (text: string) => string, one: unknown, other: unknown): boolean {
  if (typeof one !== 'string' || typeof other !== 'string') return isDeepStrictEqual(one, other);
  const parts = other.split(askedFor);
  if (parts.length === 1) return filled(one) === other;
  return one.startsWith(parts[0] ?? '') && one.endsWith(parts.at(-1) ?? '');
}

/** Assigns each secret an unused name, or that of a secret with the same value. */
export function namesOf({ secrets }: Present): (wanted: string, value: string | null) => string {
  const taken = new Map(secrets);
  return (wanted, value) => {
    for (let number = 1; ; number += 1) {
      const name = number === 1 ? wanted : `${wanted}-${number}`;
      if (taken.has(name) && (value === null || taken.get(name) !== value)) continue;
      taken.set(name, value);
      return name;
    }
  };
}

/** Missing and empty are the same here. */
function normal(value: unknown): unknown {
  if (typeof value === 'object' && value !== null && Object.keys(value).length === 0) return undefined;
  return value ?? undefined;
}

function isGateway(name: string, entry: object): boolean {
  return name === entryName || JSON.stringify(entry).toLowerCase().includes('x-lmcp-token');
}

/** The plan as a merge patch (RFC 7396) for the registry. New clients are not made: a grant needs a client. */
export function importPatch(plan: ImportPlan, present: Present): object {
  const clients = [...plan.grants].flatMap(([client, gained]) => {
    const known = present.clients.get(client);
    if (known === undefined) return [];
    const policies = [...gained].filter(([, policy]) => policy !== null);
    const section = {
      allow_servers: [...known.allowServers, ...gained.keys()],
      ...(policies.length > 0 && { tool_policy: Object.fromEntries(policies) }),
    };
    return [[client, section] as const];
  });
  return {
    ...(plan.servers.size > 0 && { servers: Object.fromEntries(plan.servers) }),
    ...(clients.length > 0 && { clients: Object.fromEntries(clients) }),
  };
}
