import type { RegistryPatch } from 'lmcp-gateway/src/api/registry.ts';
import type { ServerView } from 'lmcp-gateway/src/api/schema/registryView.ts';
import { secretSurroundingsOf, secretTargetOf } from 'lmcp-gateway/src/registry/secretTarget.ts';
import { hasSecretName } from 'lmcp-gateway/src/upstream/secrets/looksSecret.ts';
import { mergePatch } from '../access/patch.ts';

export type ServerKind = 'process' | 'container' | 'http';

/** One variable or header: an unchanged one is never known here, only that it is set. */
export interface SecretRow {
  readonly name: string;
  readonly value: string;
  /** It is in the registry; an empty `value` then leaves it as it is. */
  readonly stored: boolean;
  readonly removed: boolean;
}

/** A server as a form holds it: text as it is typed. */
export interface ServerDraft {
  readonly kind: ServerKind;
  readonly texts: Readonly<Record<TextKey, string>>;
  readonly env: readonly SecretRow[];
  readonly headers: readonly SecretRow[];
  readonly pinTools: boolean;
  /** Keys of a pasted definition that the form has no field for. */
  readonly rest?: RegistryPatch;
}

const scalars = ['command', 'cwd', 'stdio_mode', 'runtime', 'url', 'image', 'workdir', 'user'] as const;
const moreScalars = ['network', 'memory', 'shm_size', 'pull', 'scope'] as const;
const lists = ['args', 'entrypoint', 'tmpfs', 'extra_hosts', 'cap_add'] as const;
const numbers = ['idle_stop_s', 'cpus', 'pids_limit'] as const;
const timeouts = [
  'initialize_s',
  'tools_list_s',
  'tools_call_s',
  'tools_call_max_s',
  'retry_on_timeout',
  'retry_backoff_s',
] as const;
const booleans = ['read_only', 'remote', 'allow_private'] as const;
/** What the server may ask clients for. */
const requests = ['sampling', 'elicitation', 'roots'] as const;
export type TextKey =
  | (typeof scalars)[number]
  | (typeof moreScalars)[number]
  | (typeof lists)[number]
  | (typeof numbers)[number]
  | (typeof timeouts)[number]
  | (typeof booleans)[number]
  | (typeof requests)[number]
  | 'mounts';

/** Which keys belong to one kind of server alone: those of the others are taken out. */
const ownKeys: Readonly<Record<ServerKind, readonly string[]>> = {
  process: ['command', 'cwd', 'stdio_mode', 'runtime', 'args', 'env'],
  container: [
    ...['image', 'entrypoint', 'args', 'env', 'workdir', 'user', 'mounts', 'tmpfs', 'network', 'extra_hosts'],
    ...['memory', 'cpus', 'pids_limit', 'shm_size', 'read_only', 'cap_add', 'pull', 'stdio_mode'],
  ],
  http: ['url', 'headers', 'remote', 'allow_private', 'tls'],
};
const exclusiveKeys = new Set(Object.values(ownKeys).flat());

/** Keys that are fields of their own. */
const ownFormKeys: ReadonlySet<string> = new Set([
  ...[...scalars, ...moreScalars, ...lists, ...numbers, ...booleans],
  ...['mounts', 'pin_tools'],
]);
/** Also those that have fields within. */
const formKeys: ReadonlySet<string> = new Set([
  ...ownFormKeys,
  ...['transport', 'timeouts', 'client_requests', 'env', 'headers'],
]);

function kindOf(view: ServerView): ServerKind {
  if (view.transport !== 'stdio') return 'http';
  return view.image === undefined ? 'process' : 'container';
}

export function draftOf(view: ServerView): ServerDraft {
  const texts: Record<string, string> = {};
  for (const key of [...scalars, ...moreScalars, ...numbers]) texts[key] = String(view[key] ?? '');
  for (const key of lists) texts[key] = [view[key] ?? []].flat().join('\n');
  for (const key of timeouts) texts[key] = String(view.timeouts?.[key] ?? '');
  texts['mounts'] = (view.mounts ?? [])
    .map((mount) => `${mount.source}:${mount.target}${mount.read_only === false ? ':rw' : ''}`)
    .join('\n');
  for (const key of booleans) texts[key] = String(view[key] ?? '');
  for (const key of requests) texts[key] = view.client_requests?.[key] ?? '';
  return {
    kind: kindOf(view),
    texts: texts as ServerDraft['texts'],
    env: secretRows(view.env),
    headers: secretRows(view.headers),
    pinTools: view.pin_tools === true,
  };
}

/** The form of a definition that the registry does not have, as a pasted one: its values are known. */
export function draftOfDefinition(definition: RegistryPatch): ServerDraft {
  const { env, headers, ...others } = definition;
  const rows = (section: unknown): SecretRow[] =>
    Object.entries(section ?? {}).map(([name, value]) => ({
      name,
      value: String(value),
      stored: false,
      removed: false,
    }));
  const rest = Object.entries(others).filter(([key]) => !formKeys.has(key));
  return {
    ...draftOf(others as ServerView),
    env: rows(env),
    headers: rows(headers),
    rest: Object.fromEntries(rest),
  };
}

function secretRows(stored: ServerView['env']): SecretRow[] {
  return Object.keys(stored ?? {}).map((name) => ({ name, value: '', stored: true, removed: false }));
}

/**
 * Stored variables or headers that the gateway does not take along, because the draft gives the server another origin, program
 * or image, or (those whose name says secret) another environment, mount or network: each is to be entered again, or removed.
 */
export function secretsToEnter(draft: ServerDraft, view: ServerView | undefined): ReadonlySet<string> {
  const reading = readDraft(draft, view);
  if (view === undefined || !reading.ok) return new Set();
  const next = mergePatch(view, reading.entry);
  const isMoved = secretTargetOf({ ...view }) !== secretTargetOf({ ...next });
  if (!isMoved && secretSurroundingsOf({ ...view }) === secretSurroundingsOf({ ...next })) return new Set();
  const section = sectionOf(draft.kind);
  const missing = draft[section].filter(
    ({ name, value, stored, removed }) =>
      stored &&
      !removed &&
      value === '' &&
      view[section]?.[name] === 'set' &&
      (isMoved || section === 'headers' || hasSecretName(name)),
  );
  return new Set(missing.map(({ name }) => name));
}

export type DraftReading =
  | { readonly ok: true; readonly entry: RegistryPatch }
  | { readonly ok: false; readonly errors: ReadonlyMap<string, string> };

/** The patch of `servers.<id>` that makes the registry say what the form says; `view` is what it says now. */
export function readDraft(draft: ServerDraft, view: ServerView | undefined): DraftReading {
  const errors = new Map<string, string>();
  const wanted = new Map<string, unknown>([['transport', transportOf(draft.kind, view)]]);
  const text = (key: TextKey): string => draft.texts[key].trim();
  for (const key of [...scalars, ...moreScalars]) if (text(key) !== '') wanted.set(key, text(key));
  for (const key of lists) if (text(key) !== '') wanted.set(key, linesOf(draft.texts[key]));
  for (const key of numbers) readNumber(key, text(key), wanted, errors);
  if (text('mounts') !== '') wanted.set('mounts', readMounts(text('mounts'), errors));
  for (const key of booleans) if (text(key) !== '') wanted.set(key, text(key) === 'true');
  if (draft.pinTools) wanted.set('pin_tools', true);
  const limits = new Map<string, unknown>();
  for (const key of timeouts) readNumber(key, text(key), limits, errors);
  const asked = new Map(requests.filter((key) => text(key) !== '').map((key) => [key, text(key)]));
  requireKey(draft.kind, wanted, errors);
  if (errors.size > 0) return { ok: false, errors };

  const entry = Object.fromEntries(differences(wanted, view, draft.kind));
  const waits = Object.fromEntries(removals(limits, timeouts, view?.timeouts ?? undefined));
  const mayAsk = Object.fromEntries(removals(asked, requests, view?.client_requests));
  const secrets = sectionOf(draft.kind);
  const values = secretPatch(draft[secrets]);
  return {
    ok: true,
    entry: {
      ...draft.rest,
      ...entry,
      ...(Object.keys(waits).length > 0 && { timeouts: waits }),
      ...(Object.keys(mayAsk).length > 0 && { client_requests: mayAsk }),
      ...(Object.keys(values).length > 0 && { [secrets]: values }),
    },
  };
}

function sectionOf(kind: ServerKind): 'env' | 'headers' {
  return kind === 'http' ? 'headers' : 'env';
}

/** The form has no field for the older transport of HTTP: an entry that names it keeps it. */
function transportOf(kind: ServerKind, view: ServerView | undefined): string {
  if (kind !== 'http') return 'stdio';
  return view?.transport === 'sse' ? 'sse' : 'http';
}

/** What is wanted, and null for every key of the form that the registry has and the form does not. */
function differences(
  wanted: ReadonlyMap<string, unknown>,
  view: ServerView | undefined,
  kind: ServerKind,
): [string, unknown][] {
  const fits = (key: string): boolean => !exclusiveKeys.has(key) || ownKeys[kind].includes(key);
  const present = Object.keys(view ?? {});
  const kept = [...wanted].filter(([key]) => fits(key));
  const gone = present.filter((key) => (fits(key) ? ownFormKeys.has(key) && !wanted.has(key) : true));
  return [...kept, ...gone.map((key): [string, unknown] => [key, null])];
}

function removals(
  wanted: ReadonlyMap<string, unknown>,
  keys: readonly string[],
  present: object | undefined,
): [string, unknown][] {
  const gone = keys.filter((key) => Object.hasOwn(present ?? {}, key) && !wanted.has(key));
  return [...wanted, ...gone.map((key): [string, unknown] => [key, null])];
}

function secretPatch(rows: readonly SecretRow[]): RegistryPatch {
  return Object.fromEntries(
    rows
      .filter((row) => row.name.trim() !== '' && (row.removed || !row.stored || row.value !== ''))
      .filter((row) => !(row.removed && !row.stored))
      .map((row) => [row.name.trim(), row.removed ? null : row.value]),
  );
}

function requireKey(
  kind: ServerKind,
  wanted: ReadonlyMap<string, unknown>,
  errors: Map<string, string>,
): void {
  const key = ({ process: 'command', container: 'image', http: 'url' } as const)[kind];
  if (!wanted.has(key)) errors.set(key, 'This one is required.');
}

function readNumber(
  key: string,
  text: string,
  into: Map<string, unknown>,
  errors: Map<string, string>,
): void {
  if (text === '') return;
  const value = Number(text);
  if (Number.isFinite(value) && value >= 0) into.set(key, value);
  else errors.set(key, 'Write a number, as 30.');
}

function readMounts(text: string, errors: Map<string, string>): object[] {
  return linesOf(text).map((line) => {
    const match = /^(.+?):(\/[^:]*)(?::(ro|rw))?$/.exec(line.trim());
    if (match === null) {
      errors.set('mounts', 'One a line: source:/target, and :rw where it may write.');
      return {};
    }
    return { source: match[1], target: match[2], read_only: match[3] !== 'rw' };
  });
}

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line.trim() !== '');
}
