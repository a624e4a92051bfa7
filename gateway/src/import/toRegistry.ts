import { isRecord } from '../json/isRecord.ts';
import type { Entry } from '../connect/applications/application.ts';
import { catalogEntry } from './catalogEntry.ts';
import { mapTexts } from './entry/mapTexts.ts';
import { namedVariables, withNamedHeaders } from './entry/namedVariables.ts';
import { isCarriedTimeout, unreadKeys, type Kind } from './entry/unreadKeys.ts';
import { remoteOr } from '../registry/edit/remoteOr.ts';
import { withScope } from './statefulServers.ts';
import { ofWorkspace, translate, withAsked } from './variables.ts';
import { unwrapped } from './wrappers.ts';

/** A server's section of the registry, as plain data. */
export type ServerSection = Readonly<Record<string, unknown>>;

/** What became of an entry. */
export type Converted =
  | {
      readonly ok: true;
      readonly server: ServerSection;
      /** The tool policy that the application applied, if any. */
      readonly policy: ServerSection | null;
      /** What the person should know about this server. */
      readonly notes: readonly string[];
    }
  | { readonly ok: false; readonly reason: string };

type Env = Readonly<Record<string, string | undefined>>;

/**
 * An application's entry as a server of the registry (docs/registry.md).
 * @param env the environment of the person, for defaults of variables
 */
export function toRegistry(entry: Entry, env: Env): Converted {
  const converted = serverOf(flat(entry), env);
  const isOff = entry['disabled'] === true || entry['enabled'] === false;
  if (!converted.ok || !isOff) return converted;
  const server = { ...converted.server, enabled: false };
  return { ...converted, server, notes: [...converted.notes, 'it is disabled, as it was'] };
}

/** Older settings of Zed have the program, its arguments and variables together. */
function flat(entry: Entry): Entry {
  const { command } = entry;
  if (!isRecord(command)) return entry;
  const { path, ...rest } = command;
  return { ...entry, command: path, ...rest };
}

function serverOf(entry: Entry, env: Env): Converted {
  const catalogued = catalogEntry(entry);
  if (catalogued !== undefined) {
    if ('missing' in catalogued) return { ok: false, reason: `it needs a value for ${catalogued.missing}` };
    return finished(entry, 'catalog', catalogued.server, env);
  }
  const command = commandOf(entry);
  const url = firstText(entry, ['url', 'httpUrl', 'serverUrl', 'uri']);
  const headers = withNamedHeaders(
    entry,
    textsUnder(entry, ['headers', 'http_headers']) ?? textsUnder(requestOptions(entry), ['headers']),
  );
  const wrapped = command === undefined ? undefined : unwrapped(command, textsUnder(entry, ['env']) ?? {});
  if (wrapped !== undefined) return finished(entry, 'command', { transport: 'http', ...wrapped }, env);
  if (command !== undefined) {
    const [program, ...args] = command;
    const written = textsUnder(entry, ['env', 'environment', 'envs']);
    const variables = { ...namedVariables(entry), ...written };
    const { cwd } = entry;
    return finished(
      entry,
      'command',
      {
        transport: 'stdio',
        command: program,
        ...(args.length > 0 && { args }),
        ...(Object.keys(variables).length > 0 && { env: variables }),
        ...(typeof cwd === 'string' && { cwd }),
      },
      env,
    );
  }
  if (url !== undefined) {
    return finished(entry, 'url', { transport: 'http', url, ...(headers !== undefined && { headers }) }, env);
  }
  const { bundled, type } = entry;
  if (bundled === true || type === 'builtin' || type === 'platform')
    return { ok: false, reason: 'it is part of the application itself' };
  return { ok: false, reason: 'it has neither a command nor a URL' };
}

function finished(entry: Entry, kind: Kind, server: ServerSection, env: Env): Converted {
  const variables = new Set<string>();
  let missing: string | undefined;
  const change = (text: string): string => {
    const result = translate(text, env);
    if (!result.ok) {
      missing ??= result.missing;
      return text;
    }
    result.variables.forEach((variable) => variables.add(variable));
    return result.text;
  };
  // A variable or a header that is still to be given keeps nobody from importing the server.
  const { env: given, headers, ...rest } = server;
  const { tool_timeout_sec: callS } = entry;
  const changed = mapTexts(rest, change) as ServerSection;
  const isHttp = server['transport'] === 'http';
  const translated = {
    ...(isHttp ? remoteOr(changed) : changed),
    ...(given !== undefined && { env: mapTexts(given, (text) => change(withAsked(text, env))) }),
    ...(headers !== undefined && { headers: mapTexts(headers, (text) => change(withAsked(text, env))) }),
    ...(kind !== 'catalog' && isCarriedTimeout(callS) && { timeouts: { tools_call_s: callS } }),
  };
  if (missing !== undefined) return { ok: false, reason: `it needs a value for ${missing}` };
  const noFolder = ofWorkspace(server).map(
    (variable) => `${variable} has no meaning here: the configuration belongs to no project`,
  );
  const [inFolder] = ofWorkspace(rest);
  if (inFolder !== undefined) return { ok: false, reason: noFolder.join('; ') };
  const unset = [...variables].filter((variable) => (env[variable] ?? '') === '');
  if (unset.length > 0) return { ok: false, reason: `it needs the environment variable ${unset.join(', ')}` };
  const notes = [...noFolder];
  notes.push(...[...variables].map((variable) => `reads ${variable} from the environment of the gateway`));
  if ('remote' in translated && translated['remote'] === true)
    notes.push('is on another machine: what its tools are given leaves this one');
  if (typeof server['cwd'] === 'string') notes.push(`runs in ${server['cwd']}`);
  if (typeof entry['envFile'] === 'string')
    notes.push(`its envFile is not read: give it the variables of ${entry['envFile']} under env`);
  notes.push(...textNotes(given), ...textNotes(headers));
  const unread = unreadKeys(entry, kind);
  if (unread.length > 0) notes.push(`not carried over: ${unread.join(', ')}`);
  const scoped = withScope(translated);
  return { ok: true, server: scoped.server, policy: policyOf(entry), notes: [...notes, ...scoped.notes] };
}

/** An entry whose application is not known may mean a variable by `$NAME`. */
function textNotes(values: unknown): readonly string[] {
  return Object.entries(isRecord(values) ? values : {})
    .filter(([, text]) => /^(?:Bearer |Basic |Token )?\$[A-Za-z_]\w*$/.test(String(text)))
    .map(
      ([key]) =>
        `${key} is taken as text, although it looks like a variable: lmcp import --from gemini reads it as one`,
    );
}

/** The program and its arguments, however they are spelled; `cmd /c` is for Windows' shell alone. */
function commandOf(entry: Entry): readonly [string, ...string[]] | undefined {
  const written = entry['command'] ?? entry['cmd'];
  const args = Array.isArray(entry['args']) ? entry['args'].map(String) : [];
  const program = Array.isArray(written) ? written.map(String) : typeof written === 'string' ? [written] : [];
  if (program.length === 0) return undefined;
  const whole = [...program, ...args];
  const [first, ...rest] = whole;
  if (first === undefined || first.trim() === '') return undefined;
  if (/^cmd(\.exe)?$/i.test(first) && /^\/c$/i.test(rest[0] ?? '')) {
    const [behind, ...more] = rest.slice(1);
    return behind === undefined ? undefined : [behind, ...more];
  }
  // A whole command line where the program belongs; without quotes its words are certain.
  const words = first.trim().split(/\s+/);
  const [name = first, ...more] = whole.length === 1 && !/["'\\]/.test(first) ? words : [first];
  return [name, ...more, ...rest];
}

function policyOf(entry: Entry): ServerSection | null {
  const allowed = listOf(entry, ['includeTools', 'enabled_tools', 'tools']);
  const denied = listOf(entry, ['excludeTools', 'disabled_tools', 'disabledTools']);
  const all = allowed === undefined || allowed.includes('*');
  if (all && denied === undefined) return null;
  return {
    ...(all ? { mode: 'allow_all' } : { mode: 'allow_list', allow_tools: allowed }),
    ...(denied !== undefined && { deny_tools: denied }),
  };
}

function listOf(entry: Entry, keys: readonly string[]): readonly string[] | undefined {
  const value = keys.map((key) => entry[key]).find(Array.isArray);
  return value?.every((item) => typeof item === 'string') === true ? value : undefined;
}

function firstText(entry: Entry, keys: readonly string[]): string | undefined {
  return keys.map((key) => entry[key]).find((value) => typeof value === 'string');
}

function textsUnder(entry: Entry, keys: readonly string[]): Readonly<Record<string, string>> | undefined {
  const value = keys.map((key) => entry[key]).find(isRecord);
  if (value === undefined) return undefined;
  // Numbers and booleans are written without quotes now and then; a program gets text.
  const scalars = Object.entries(value).filter(([, part]) =>
    ['string', 'number', 'boolean'].includes(typeof part),
  );
  return Object.fromEntries(scalars.map(([key, part]) => [key, String(part)]));
}

function requestOptions(entry: Entry): Entry {
  const options = entry['requestOptions'];
  return isRecord(options) ? options : {};
}
