import { remoteOr } from '../../registry/edit/remoteOr.ts';
import { withScope } from '../statefulServers.ts';
import type { ServerSection } from '../toRegistry.ts';
import { filledArguments, filledPairs, filledTemplate, type ValueOf } from './inputs.ts';
import type { Package, Remote, ServerJson } from './serverJson.ts';

/** A server.json as a section of the registry, or why it cannot be one. */
export type Launch =
  | { readonly ok: true; readonly server: ServerSection; readonly notes: readonly string[] }
  | { readonly ok: false; readonly reason: string };

/** How a server can be had: the type of its package's registry, or `remote`. */
export const kinds = ['npm', 'pypi', 'oci', 'nuget', 'remote'] as const;
export type Kind = (typeof kinds)[number];

/**
 * The section of a server by its first package that LMCP can start, else by its first remote endpoint.
 * @param kind only this one
 */
export function launchOf(server: ServerJson, valueOf: ValueOf, kind?: Kind): Launch {
  const reasons: string[] = [];
  for (const one of server.packages ?? []) {
    if (kind !== undefined && one.registryType !== kind) continue;
    const started = startOf(one, valueOf);
    if (typeof started !== 'string') return finished(started);
    reasons.push(started);
  }
  const [remote] = kind === undefined || kind === 'remote' ? (server.remotes ?? []) : [];
  if (remote !== undefined) return reached(remote, valueOf);
  const reason = reasons[0] ?? (kind === undefined ? 'it has no package and no URL' : `it has no ${kind}`);
  return { ok: false, reason };
}

function finished(section: ServerSection): Launch {
  return { ok: true, ...withScope(section) };
}

/** The registries that the programs take packages from unasked; a package of another one is somebody else's. */
const usualRegistries: Readonly<Record<string, RegExp>> = {
  npm: /^https:\/\/registry\.npmjs\.org\/?$/,
  pypi: /^https:\/\/pypi\.org(\/simple)?\/?$/,
  nuget: /^https:\/\/api\.nuget\.org(\/v3\/index\.json|\/v3)?\/?$/,
  oci: /^https:\/\/(docker\.io|registry-1\.docker\.io|index\.docker\.io)\/?$/,
};

function startOf(one: Package, valueOf: ValueOf): ServerSection | string {
  const { registryType: type, registryBaseUrl: base, version, transport } = one;
  if (transport.type !== 'stdio') return `its ${type} package is started by hand and listens on a port`;
  if (base !== undefined && usualRegistries[type]?.test(base) !== true)
    return `its ${type} package is of another registry (${base})`;
  if (!isPinned(one)) return `its ${type} package names no exact version (${version ?? 'none'})`;
  const words = filledArguments(one.runtimeArguments ?? [], valueOf);
  const args = filledArguments(one.packageArguments ?? [], valueOf);
  const env = filledPairs(one.environmentVariables ?? [], valueOf);
  const command = commandOf(one, words, args, env);
  if (command === undefined) return `LMCP can't start ${type} packages (${one.runtimeHint ?? 'no runtime'})`;
  const [program, ...rest] = command;
  return {
    transport: 'stdio',
    command: program,
    args: rest,
    ...(Object.keys(env).length > 0 && { env }),
  };
}

function commandOf(
  { registryType, identifier, version = '', runtimeHint }: Package,
  words: readonly string[],
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): readonly string[] | undefined {
  const isHinted = (program: string): boolean => runtimeHint === undefined || runtimeHint === program;
  if (registryType === 'npm' && isHinted('npx'))
    return ['npx', ...withWord(words, '-y'), `${identifier}@${version}`, ...args];
  if (registryType === 'pypi' && isHinted('uvx'))
    return ['uvx', ...words, `${identifier}@${version}`, ...args];
  if (registryType === 'nuget' && isHinted('dnx'))
    return ['dnx', `${identifier}@${version}`, ...withWord(words, '--yes'), '--', ...args];
  if (registryType !== 'oci' || !isHinted('docker')) return undefined;
  const flags = withWord(withWord(words, '--rm'), '-i');
  const variables = Object.keys(env).flatMap((name) => ['-e', name]);
  return ['docker', 'run', ...flags, ...variables, imageOf(identifier, version), ...args];
}

function withWord(words: readonly string[], word: string): readonly string[] {
  return words.includes(word) ? words : [word, ...words];
}

function imageOf(identifier: string, version: string): string {
  return version === '' || /[:@][^/]*$/.test(identifier) ? identifier : `${identifier}:${version}`;
}

/** What is started tomorrow is what was looked at today: no range, no `latest`. */
function isPinned({ registryType, identifier, version }: Package): boolean {
  if (registryType === 'oci' && version === undefined) return /[:@](?!latest$)[^/]+$/.test(identifier);
  return version !== undefined && /^[0-9A-Za-z][0-9A-Za-z.+!_-]*$/.test(version) && !isRange(version);
}

function isRange(version: string): boolean {
  return version === 'latest' || /(^|\.)x(\.|$)/i.test(version);
}

function reached({ type, url, headers = [], variables = {} }: Remote, valueOf: ValueOf): Launch {
  const filled = filledTemplate(url, variables, valueOf);
  if (filled === undefined) return { ok: false, reason: `it needs a value for its URL ${url}` };
  const given = filledPairs(headers, valueOf);
  const server = remoteOr({
    transport: type === 'sse' ? 'sse' : 'http',
    url: filled,
    ...(Object.keys(given).length > 0 && { headers: given }),
  });
  const note = 'is on another machine: what its tools are given leaves this one';
  return { ok: true, server, notes: 'remote' in server ? [note] : [] };
}
