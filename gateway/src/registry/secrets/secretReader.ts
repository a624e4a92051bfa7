import { hash } from 'node:crypto';
import { dirname, join, resolve } from 'node:path';
import type { SecretSource } from '../types.ts';
import { readSecrets, secretIn, type SecretsFile } from './secretsFile.ts';

/** The file of the secrets beside a registry. */
export function secretsPath(registryPath: string): string {
  return join(dirname(resolve(registryPath)), 'secrets.yaml');
}

/**
 * Finds the sources of secrets for one reading of the registry; the file of the secrets is read with the first of them.
 * @param read reads a small file and has it watched from then on
 */
export function secretReader(
  registryPath: string,
  read: (path: string) => string,
): (name: string) => SecretSource {
  let file: SecretsFile | undefined;
  return (name) => {
    file ??= readFileOf(secretsPath(registryPath), read);
    const entry = secretIn(file, name);
    return entry.kind === 'file' ? fileSource(resolve(dirname(registryPath), entry.path), read) : entry;
  };
}

function readFileOf(path: string, read: (path: string) => string): SecretsFile {
  try {
    return readSecrets(read(path));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    if (code === 'ENOENT') return { ok: true, entries: new Map() };
    return { ok: false, why: `${path} cannot be read (${code})` };
  }
}

function fileSource(path: string, read: (path: string) => string): SecretSource {
  try {
    return { kind: 'file', path, digest: hash('sha256', read(path), 'base64url') };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    return { kind: 'missing', why: `its file ${path} cannot be read (${code})`, fix: 'create the file' };
  }
}
