import { isRecord } from '../../json/isRecord.ts';
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { replaceFile } from '../../fs/replaceFile.ts';
import { applyPatch } from '../edit/patch.ts';
import { lockRegistry } from '../file/registryLock.ts';
import { withoutMark } from '../yaml/withoutMark.ts';
import { readSecrets, type SecretsFile } from './secretsFile.ts';

const heading =
  '# Secrets of the registry beside this file, as ${secret:NAME}. For your eyes only: mode 0600.\n';

/**
 * Sets or, by null, removes entries of the file of the secrets; the file is made with mode 0600 where there is none. Comments and
 * order stay.
 * @throws Error in words where the file is not valid, and the system's error where it cannot be written
 */
export async function editSecrets(path: string, entries: Readonly<Record<string, unknown>>): Promise<void> {
  const lock = await lockRegistry(path);
  try {
    const before = await textOf(path);
    const read = readSecrets(before);
    if (!read.ok) throw new Error(`${read.why}: correct ${path} first`);
    const present: unknown = parse(before);
    // One description does not merge with another.
    const replaced = Object.keys(entries).filter((name) => isRecord(isRecord(present) && present[name]));
    const cleared = patched(before, Object.fromEntries(replaced.map((name) => [name, null])));
    const text = patched(cleared, entries);
    if (text !== before) await replaceFile(path, text);
  } finally {
    lock.release();
  }
}

/** The file of the secrets as it is now. */
export async function openSecrets(path: string): Promise<SecretsFile> {
  try {
    return readSecrets(withoutMark(await readFile(path, 'utf8')));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    if (code === 'ENOENT') return { ok: true, entries: new Map() };
    return { ok: false, why: `${path} cannot be read (${code})` };
  }
}

async function textOf(path: string): Promise<string> {
  try {
    return withoutMark(await readFile(path, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return heading;
    throw error;
  }
}

function patched(text: string, patch: object): string {
  const result = applyPatch(text, patch);
  if (result.ok) return result.text;
  throw new Error(`secrets.yaml was not changed: ${result.problems[0]?.message ?? 'it is not valid'}`);
}
