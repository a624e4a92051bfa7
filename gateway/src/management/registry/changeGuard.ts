import { isDeepStrictEqual } from 'node:util';
import { parse } from 'yaml';
import { isRecord } from '../../json/isRecord.ts';
import { shownArgs } from '../../registry/container/run/dockerSecrets.ts';
import { pathText, quoted, type RegistryPath } from '../../registry/yaml/problem.ts';
import { secretIn } from '../../registry/schema/read/environment.ts';
import { secretSurroundingsOf, secretTargetOf } from '../../registry/secretTarget.ts';
import type { Settings } from '../../registry/types.ts';
import { isSecretVariable } from '../../upstream/secrets/secretValues.ts';
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
 * move of a secret to another target, another environment, mount or network beside a secret, and a variable that the server does
 * not use yet.
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

function guardSecrets(id: string, change: ServerChange, isGiven: (secret: string) => boolean): void {
  const { former, server } = change;
  const moved = secretTargetOf(former) !== secretTargetOf(server);
  const stays = !moved && secretSurroundingsOf(former) === secretSurroundingsOf(server);
  const used = variablesIn(former);
  const variable = [...variablesIn(server)].find(
    (name) => !(stays && used.has(name)) && !isGiven(secretIn(name) ?? ''),
  );
  if (variable !== undefined) throw variableRequired(id, variable, change, !moved && used.has(variable));
  if (stays) return;
  const kept = keptSecrets(change, moved);
  if (kept.length === 0) return;
  const what = moved
    ? 'target, and its secrets do not follow it there'
    : 'environment, mount or network, with which its secrets could leave it';
  throw new ApiError(
    'secret_required',
    `server ${quoted(id)} gets another ${what}: ` +
      `send ${kept.join(', ')} again in the same change, or null to remove them.`,
  );
}

/** @param isUsed by the server, with the same target */
function variableRequired(id: string, variable: string, change: ServerChange, isUsed: boolean): ApiError {
  const secret = secretIn(variable);
  const name = secret === undefined ? `the variable \${${variable}}` : `the secret ${quoted(secret)}`;
  const byFile = `edit servers.${id} in the registry file.`;
  if (isUsed)
    return new ApiError(
      'secret_required',
      `server ${quoted(id)} uses ${name}, which could leave it with another environment, mount or network: ` +
        (secret === undefined ? byFile : `set the secret again over HTTP, or ${byFile}`),
    );
  const fix =
    secret === undefined
      ? `a variable of the gateway's environment is given to a server in the registry file alone: ${byFile}`
      : 'a secret is given to a server on the machine that runs LMCP. ' +
        `${useCommand(id, secret, change) ?? 'There,'} ${byFile}`;
  return new ApiError(
    'secret_required',
    `server ${quoted(id)} does not use ${name} with this target yet: ${fix}`,
  );
}

/** What to type where the command can write the reference to the place that the request names; only what a shell takes as it is. */
function useCommand(id: string, secret: string, { former, server }: ServerChange): string | undefined {
  const places = ['env', 'headers'].flatMap((section) =>
    Object.entries(sectionOf(server, section)).map(([key, value]) => ({ place: `${section}.${key}`, value })),
  );
  for (const { place, value } of places) {
    const [, scheme, name] = /^(?:([A-Za-z]+) )?\$\{([^}]*)\}$/.exec(textOf(value)) ?? [];
    if (secretIn(name ?? '') !== secret || !/^[\w.-]+$/.test(`${secret}${place}`)) continue;
    const command = `lmcp secret use ${secret} ${id} ${place}${scheme === undefined ? '' : ` --scheme ${scheme}`}`;
    const isNew = Object.keys(former).length === 0;
    return `${isNew ? 'Add the server without it and run' : 'Run'} \`${command}\` there, or`;
  }
  return undefined;
}

/** What the request would take along and has not sent again; where the target stays, that is what is secret. */
function keptSecrets({ former, server, entered, keptArgs }: ServerChange, moved: boolean): string[] {
  const isKept = (section: string, name: string, value: unknown): boolean =>
    value !== '' &&
    value !== null &&
    valueOf(sectionOf(entered, section), name) === undefined &&
    (moved || (!isReference(value) && (section === 'headers' || isSecretVariable(name, textOf(value)))));
  const ofSections = ['env', 'headers'].flatMap((section) =>
    Object.entries(sectionOf(server, section))
      .filter(([name, value]) => isKept(section, name, value))
      .map(([name]) => `${section}.${name}`),
  );
  return [...ofSections, ...keptArgs, ...hiddenArgs(former, server, entered)];
}

/** Arguments whose value is not shown, and that the request has not sent again: another program would get them, and show them. */
function hiddenArgs(former: Plain, server: Plain, entered: Plain): string[] {
  const { command, args } = former;
  if (!Array.isArray(args) || entered['args'] !== undefined || !isDeepStrictEqual(args, server['args']))
    return [];
  const shown = shownArgs(command, args) as readonly unknown[];
  return args.flatMap((arg: unknown, at) => (shown[at] === arg ? [] : [`args[${at}]`]));
}

/** Whether a value is only what the variables stand for, of which it was decided. */
function isReference(value: unknown): boolean {
  return /^(?:\$\{[^}]*\})+$/.test(textOf(value));
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
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
