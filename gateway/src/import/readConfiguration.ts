import { isRecord } from '../json/isRecord.ts';
import type { Entry, Format } from '../connect/applications/application.ts';
import { applications } from '../connect/applications/applications.ts';
import { readFile } from '../connect/edit/editFile.ts';
import { valueAt } from '../registry/edit/valueAt.ts';
import { launchOf } from './catalogue/launch.ts';
import { shortName } from './catalogue/searchCatalogue.ts';
import { readServerJson } from './catalogue/serverJson.ts';
import { askedFor } from './secretsApart.ts';
import { readCommandLine } from './commandLine.ts';
import type { FoundServer, FoundServers } from './found.ts';

/** Where servers are in files of the known applications, and in a Docker MCP catalog. */
const places = [
  ...new Map(
    applications
      .flatMap(({ place, alsoReads }) => [
        place,
        ...[...(alsoReads?.user ?? []), ...(alsoReads?.project ?? [])].flatMap((file) => file.places),
      ])
      .map(({ path }) => path)
      .concat([['registry']])
      .map((path) => [path.join('\0'), path]),
  ).values(),
];

/**
 * The servers of any configuration: the formats of the known applications, a map of servers, one server alone, its command or its
 * address.
 * @param text JSON (comments and trailing commas are accepted), TOML or YAML, a command line or a URL
 */
export function readConfiguration(text: string): FoundServers {
  const command = readCommandLine(text);
  if (command !== undefined) return { ok: true, servers: [command] };
  const read = parseAny(text);
  if (!read.ok) return read;
  const { value } = read;
  const described = describedServer(value);
  if (described !== undefined) return described;
  const listed = [...places.flatMap((path) => serversAt(value, path)), ...serversOfProjects(value)];
  if (listed.length > 0) return { ok: true, servers: listed };
  if (isServer(value)) return { ok: true, servers: [{ name: nameOf(value), entry: value, project: null }] };
  const bare = Object.entries(isRecord(value) ? value : {}).filter(isNamedServer);
  if (bare.length > 0) return { ok: true, servers: bare.map(toFound) };
  return { ok: true, servers: [] };
}

/** A server.json of the MCP registry: what it requires and does not say is asked for. */
function describedServer(value: unknown): FoundServers | undefined {
  if (!isRecord(value) || !(Array.isArray(value['packages']) || Array.isArray(value['remotes'])))
    return undefined;
  const read = readServerJson(JSON.stringify(value));
  if (!read.ok) return read;
  const [server] = read.servers;
  if (server === undefined) return undefined;
  const launch = launchOf(
    server,
    (question) => question.default ?? (question.required ? askedFor : undefined),
  );
  if (!launch.ok) return { ok: false, message: launch.reason };
  return { ok: true, servers: [{ name: shortName(server.name), entry: launch.server, project: null }] };
}

/** The first format that makes an object of it. TOML before YAML, which takes almost everything for text. */
function parseAny(text: string): { ok: true; value: unknown } | { ok: false; message: string } {
  const wrapped = /^\s*"[^"]*"\s*:\s*\{/.test(text) ? `{${text}}` : text;
  const formats: readonly Format[] = /^\s*[{[]\s*["}/]/.test(wrapped.replace(/^\uFEFF/, ''))
    ? ['json']
    : ['json', 'toml', 'yaml'];
  const messages: string[] = [];
  for (const format of formats) {
    const read = readFile(format, wrapped);
    if (read.ok && isRecord(read.value)) return read;
    messages.push(read.ok ? `${format}: no object` : read.message);
  }
  return { ok: false, message: formats.length === 1 ? (messages[0] ?? '') : 'neither JSON, TOML nor YAML' };
}

function serversAt(value: unknown, path: readonly string[]): readonly FoundServer[] {
  const present = valueAt(value, path);
  if (Array.isArray(present)) {
    const items: readonly unknown[] = present;
    return items.filter(isServer).map((entry) => ({ name: nameOf(entry), entry, project: null }));
  }
  if (!isRecord(present)) return [];
  return Object.entries(present).filter(isNamedServer).map(toFound);
}

/** Claude Code keeps the servers of each project in the person's own file. */
export function serversOfProjects(value: unknown): readonly FoundServer[] {
  const projects = valueAt(value, ['projects']);
  return Object.entries(isRecord(projects) ? projects : {}).flatMap(([project, section]) =>
    serversAt(section, ['mcpServers']).map((found) => ({ ...found, project })),
  );
}

const keysOfServers = ['command', 'cmd', 'url', 'httpUrl', 'serverUrl', 'uri', 'image'];

function isServer(value: unknown): value is Entry {
  return isRecord(value) && keysOfServers.some((key) => Object.hasOwn(value, key));
}

function isNamedServer(pair: [string, unknown]): pair is [string, Entry] {
  return isServer(pair[1]);
}

function toFound([name, entry]: [string, Entry]): FoundServer {
  return { name, entry, project: null };
}

/** The entry's own name, else the program it runs. */
function nameOf(entry: Entry): string {
  const name = entry['name'];
  return typeof name === 'string' && name !== '' ? name : 'server';
}
