import { isRecord } from '../../json/isRecord.ts';
import { isDeepStrictEqual } from 'node:util';
import { parse } from 'yaml';
import { pathText, quoted, type RegistryPath } from '../../registry/yaml/problem.ts';
import { secretTargetOf } from '../../registry/secretTarget.ts';
import type { Settings } from '../../registry/types.ts';
import { ApiError, outOfScope } from '../apiError.ts';

type Plain = Readonly<Record<string, unknown>>;

/** A change of the registry's text that was asked for over HTTP. */
export interface AskedChange {
  readonly before: string;
  readonly after: string;
  /** What the request gives itself; undefined for a registry of the history, where secrets are beside their targets already. */
  readonly patch: unknown;
  readonly restored: boolean;
  /** Places whose secret is the one of the file, though the request names them; as in `servers.a.args[2]`. */
  readonly kept: readonly string[];
  readonly scope: Settings['managementScope'];
  /** Whether the management token itself has set this secret, and so knows it. */
  readonly isGiven: (secret: string) => boolean;
}

/** What the scope `access` may change; everything else is denied. */
const accessible: readonly (readonly string[])[] = [
  ['clients'],
  ['servers', '*', 'tool_policy'],
  ['servers', '*', 'client_requests'],
  ['lmcp', 'rate_limit_rpm'],
];

/** What of a client the scope `access` may not change: it has LMCP read or make a file, or read its environment. */
const inaccessible: readonly string[] = ['token_file', 'token', 'socket'];

/**
 * Denies what the management token may not change: with the scope `access` all but access; in each scope the scope itself, the
 * move of a secret to another target, and a variable that the server does not use yet.
 * @throws ApiError 403 `management_scope`, 409 `secret_required`
 */
export function guardChange({ before, after, patch, restored, kept, scope, isGiven }: AskedChange): void {
  const [old, next] = [plainOf(before), plainOf(after)];
  const changed = changedPaths(old, next);
  const denied = changed.find((path) => !mayChange(scope, path));
  if (denied !== undefined) throw outOfScope(`${pathText(denied)} can be changed in the registry file alone`);
  if (restored) return;
  const servers = sectionOf(next, 'servers');
  for (const [id, server] of Object.entries(servers)) {
    const former = sectionOf(sectionOf(old, 'servers'), id);
    if (!isRecord(server)) continue;
    const prefix = `servers.${id}.`;
    const args = kept.filter((place) => place.startsWith(`${prefix}args[`));
    const entered = sectionOf(sectionOf(patch, 'servers'), id);
    guardSecrets(
      id,
      { former, server, entered, keptArgs: args.map((place) => place.slice(prefix.length)) },
      isGiven,
    );
  }
}

function mayChange(scope: Settings['managementScope'], path: RegistryPath): boolean {
  const [section, id, key] = path;
  if (section === 'lmcp' && id === 'management_scope') return false;
  if (scope === 'full') return true;
  if (section === 'clients' && inaccessible.includes(String(key))) return false;
  return accessible.some((allowed) => allowed.every((step, at) => step === '*' || step === path[at]));
}

/** The paths, at most three steps deep, at which the two differ; a removed token that is replaced by a digest is no change of it. */
function changedPaths(old: unknown, next: unknown, path: RegistryPath = []): RegistryPath[] {
  if (isDeepStrictEqual(old, next)) return [];
  const both = (isRecord(old) || old === undefined) && (isRecord(next) || next === undefined);
  if (!both || path.length === 3) {
    const retired = next === undefined && path[0] === 'clients' && path.length === 3;
    return retired ? [[...path.slice(0, 2), 'token_sha256']] : [path];
  }
  const keys = new Set([...Object.keys(old ?? {}), ...Object.keys(next ?? {})]);
  return [...keys].flatMap((key) => changedPaths(valueOf(old, key), valueOf(next, key), [...path, key]));
}

interface ServerChange {
  readonly former: Plain;
  readonly server: Plain;
  /** What the request itself gives. */
  readonly entered: Plain;
  /** Arguments whose secret is the one of the file. */
  readonly keptArgs: readonly string[];
}

function guardSecrets(
  id: string,
  { former, server, entered, keptArgs }: ServerChange,
  isGiven: (secret: string) => boolean,
): void {
  const moved = secretTargetOf(former) !== secretTargetOf(server);
  const known = moved ? new Set<string>() : variablesIn(former);
  const secretOf = (name = ''): string | undefined => /^secret:(.*)$/s.exec(name)?.[1];
  const [variable] = [...variablesIn(server)].filter(
    (name) => !known.has(name) && !isGiven(secretOf(name) ?? ''),
  );
  const secret = secretOf(variable);
  if (secret !== undefined) {
    throw new ApiError(
      'secret_required',
      `server ${quoted(id)} does not use the secret ${quoted(secret)} with this target yet: ` +
        'a secret is given to a server on the machine that runs LMCP. ' +
        `Run \`lmcp secret use ${secret} ${id} env.NAME\` there, or edit servers.${id} in the registry file.`,
    );
  }
  if (variable !== undefined) {
    throw new ApiError(
      'secret_required',
      `server ${quoted(id)} does not use the variable \${${variable}} with this target yet: ` +
        `a variable of the gateway's environment is given to a server in the registry file alone. Edit servers.${id} there.`,
    );
  }
  if (!moved) return;
  const ofSections = ['env', 'headers'].flatMap((section) =>
    Object.entries(sectionOf(server, section)).flatMap(([name, value]) =>
      value !== '' && value !== null && valueOf(sectionOf(entered, section), name) === undefined
        ? [`${section}.${name}`]
        : [],
    ),
  );
  const kept = [...ofSections, ...keptArgs];
  if (kept.length === 0) return;
  throw new ApiError(
    'secret_required',
    `server ${quoted(id)} gets another target, and its secrets do not follow it there: ` +
      `send ${kept.join(', ')} again in the same change, or null to remove them.`,
  );
}

function variablesIn(value: unknown): Set<string> {
  const found = JSON.stringify(value ?? null).matchAll(/\$\{([^}]*)\}/g);
  return new Set([...found].map(([, name = '']) => name));
}

function plainOf(text: string): Plain {
  const value: unknown = parse(text, { logLevel: 'error' });
  return isRecord(value) ? value : {};
}

function sectionOf(value: unknown, key: string): Plain {
  const section = valueOf(value, key);
  return isRecord(section) ? section : {};
}

function valueOf(value: unknown, key: string): unknown {
  return isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}
