import { parseDocument } from 'yaml';
import { z } from 'zod';
import type { SecretSource } from '../types.ts';
import { secretNameFault, unknownSecret } from './references.ts';

/** How a secret that is not written out is described in the file. */
const described = z.union([
  z.strictObject({ file: z.string().min(1) }),
  z.strictObject({
    keyring: z.union([z.literal(true), z.strictObject({ service: z.string().min(1), account: z.string() })]),
    updated: z.string().optional(),
  }),
  z.strictObject({
    command: z.array(z.string()).min(1),
    timeout_s: z.number().positive().max(120).optional(),
  }),
]);

/** What the entry of one secret says; files are not read here. */
export type SecretEntry =
  Exclude<SecretSource, { readonly kind: 'file' }> | { readonly kind: 'file'; readonly path: string };

/** The service under which LMCP keeps secrets in the keyring of the operating system. */
export const keyringService = 'lmcp';

const defaultTimeoutS = 10;

/** The file of the secrets, as it was read; or why none of them can be used. */
export type SecretsFile =
  | { readonly ok: true; readonly entries: ReadonlyMap<string, SecretEntry> }
  | { readonly ok: false; readonly why: string };

/** Reads `secrets.yaml`. No message repeats what is in it. */
export function readSecrets(text: string): SecretsFile {
  const document = parseDocument(text, { logLevel: 'silent' });
  const [error] = document.errors;
  if (error !== undefined) {
    const line = error.linePos?.[0].line;
    return { ok: false, why: `secrets.yaml is not valid YAML${line === undefined ? '' : ` (line ${line})`}` };
  }
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 });
  } catch {
    return { ok: false, why: 'secrets.yaml holds an alias that means nothing' };
  }
  if (value === null || value === undefined) return { ok: true, entries: new Map() };
  if (typeof value !== 'object' || Array.isArray(value))
    return { ok: false, why: 'secrets.yaml is not a map of names to secrets' };
  return {
    ok: true,
    entries: new Map(Object.entries(value).map(([name, raw]) => [name, entryOf(name, raw)])),
  };
}

/** The entry of a name; one that is not defined is missing. */
export function secretIn(file: SecretsFile, name: string): SecretEntry {
  if (!file.ok) return missing(file.why, 'correct the file');
  return file.entries.get(name) ?? unknownSecret(name);
}

function entryOf(name: string, raw: unknown): SecretEntry {
  const fault = secretNameFault(name);
  if (fault !== null) return missing(fault, 'rename it in secrets.yaml');
  if (typeof raw === 'number' || typeof raw === 'boolean')
    return missing('its value is not text', 'put its value in secrets.yaml into quotes');
  if (typeof raw === 'string')
    return raw === '' ? missing('it is empty', `run lmcp secret set ${name}`) : { kind: 'value', value: raw };
  const parsed = described.safeParse(raw);
  if (!parsed.success) {
    return missing(
      'its entry in secrets.yaml is not understood',
      'write the value, or one of file:, keyring: true, command: [program, argument]',
    );
  }
  const entry = parsed.data;
  if ('file' in entry) return { kind: 'file', path: entry.file };
  if ('command' in entry)
    return { kind: 'command', argv: entry.command, timeoutS: entry.timeout_s ?? defaultTimeoutS };
  const place = entry.keyring === true ? { service: keyringService, account: name } : entry.keyring;
  return { kind: 'keyring', ...place, updated: entry.updated ?? null };
}

function missing(why: string, fix: string): SecretEntry {
  return { kind: 'missing', why, fix };
}
