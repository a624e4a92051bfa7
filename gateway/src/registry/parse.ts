import { isRecord } from '../json/isRecord.ts';
import { reportEqualIdentities, type PlacedIdentity } from './schema/clientIdentity.ts';
import { buildClient } from './schema/clientSchema.ts';
import { Findings } from './yaml/findings.ts';
import { idFault } from './id.ts';
import { pathText, quoted } from './yaml/problem.ts';
import type { Problem } from './yaml/problem.ts';
import type { ReadContext, RegistryContext } from './schema/read/readContext.ts';
import { reportUnknownKeys } from './schema/read/section.ts';
import { buildServer, pastedMessage } from './schema/server/server.ts';
import { buildSettings } from './schema/settingsSchema.ts';
import { reportEqualTokens } from './schema/tokens.ts';
import type { Client, Registry, Server } from './types.ts';
import { maxRegistryBytes, readYaml } from './yaml/yamlSource.ts';

export type { RegistryContext } from './schema/read/readContext.ts';

export type ParseResult =
  | { readonly ok: true; readonly registry: Registry; readonly warnings: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly Problem[]; readonly warnings: readonly Problem[] };

/** Reads a registry: every problem together, each with its place and what to write instead. Never throws. */
export function parseRegistry(text: string, context: RegistryContext): ParseResult {
  const rejection = rejectUnread(text);
  if (rejection !== null) return { ok: false, problems: [rejection], warnings: [] };
  let findings: Findings | undefined;
  const source = readYaml(text, (positions) => (findings = new Findings(positions)));
  if (findings === undefined)
    return { ok: false, problems: [fileProblem('the file cannot be read', 'write YAML')], warnings: [] };
  const registry = source && buildRegistry(source.value, { ...context, findings });
  const { problems, warnings } = inFileOrder(findings);
  if (problems.length > 0 || registry === undefined) return { ok: false, problems, warnings };
  return { ok: true, registry, warnings };
}

function rejectUnread(text: string): Problem | null {
  if (Buffer.byteLength(text) > maxRegistryBytes) {
    return fileProblem('the file is larger than 4 MiB', 'keep only the registry in it');
  }
  if (bracketDepth(text) > maxBracketDepth)
    return fileProblem('nested too deeply', 'close the brackets, or remove the superfluous ones');
  return null;
}

/** The parser needs seconds for a file of brackets alone; a registry nests six deep. */
const maxBracketDepth = 200;

function bracketDepth(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const bracket of text.match(/[[\]{}]/g) ?? []) {
    depth += bracket === '[' || bracket === '{' ? 1 : -1;
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}

function buildRegistry(value: unknown, context: ReadContext): Registry | undefined {
  const { findings } = context;
  if (!isRecord(value)) {
    const what =
      value === null || value === undefined
        ? 'the file is empty'
        : 'the file must have the keys lmcp, clients and servers';
    findings.problem(
      [],
      what,
      'begin with `lmcp:`, `clients:` and `servers:`; config/registry.example.yaml shows all of it',
    );
    return undefined;
  }
  const { mcpServers, ...sections } = value;
  if (mcpServers !== undefined) findings.problem(['mcpServers'], ...pastedMessage, 'key');
  reportUnknownKeys(['lmcp', 'clients', 'servers'], sections, [], findings);
  const clientIds = isRecord(value.clients) ? Object.keys(value.clients) : [];
  const { settings, tokens: managementTokens } = buildSettings(value.lmcp, clientIds, context);
  const rawServers = entriesOf(value.servers, 'servers', findings);
  const servers = new Map<string, Server>();
  for (const [id, raw] of rawServers) {
    const server = buildServer(id, raw, settings, context);
    if (server !== undefined) servers.set(id, server);
  }
  const serverIds = rawServers.map(([id]) => id);
  const clients = new Map<string, Client>();
  const tokens = [...managementTokens];
  const connections: PlacedIdentity[] = [];
  for (const [id, raw] of entriesOf(value.clients, 'clients', findings)) {
    const built = buildClient(id, raw, settings, serverIds, context);
    clients.set(id, built.client);
    tokens.push(...built.tokens);
    connections.push(...built.connections);
  }
  reportEqualTokens(tokens, pathText, context);
  reportEqualIdentities(connections, context);
  return { settings, clients, servers };
}

/** The entries of `clients` or `servers`, after their ids were looked at. */
function entriesOf(
  section: unknown,
  name: 'clients' | 'servers',
  findings: Findings,
): [id: string, raw: unknown][] {
  if (section === null || section === undefined) return [];
  if (!isRecord(section)) {
    findings.problem(
      [name],
      'this must be a section with an id for each entry',
      'indent the ids below it',
      'key',
    );
    return [];
  }
  for (const id of Object.keys(section)) {
    const fault = idFault(id);
    if (fault === null) continue;
    findings.problem(
      [name, id],
      `${quoted(id)} cannot be an id: ${fault}`,
      'rename it, here and wherever it is used',
      'key',
    );
  }
  return Object.entries(section);
}

function fileProblem(message: string, fix: string): Problem {
  return { path: '', line: 1, column: 1, message, fix };
}

function inFileOrder({ problems, warnings }: Findings): Pick<Findings, 'problems' | 'warnings'> {
  return { problems: ordered(problems), warnings: ordered(warnings) };
}

/** Sorted by location and unique: the parser can report one bracket several times. */
function ordered(problems: readonly Problem[]): Problem[] {
  const once = new Map(problems.map((problem) => [JSON.stringify(problem), problem]));
  return [...once.values()].sort((a, b) => a.line - b.line || a.column - b.column);
}
