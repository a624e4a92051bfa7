import { isRecord } from '../../json/isRecord.ts';
import { hash } from 'node:crypto';
import { resolve } from 'node:path';
import { parse } from 'yaml';
import { fillFromEnvironment } from '../../registry/schema/read/environment.ts';
import type { Registry } from '../../registry/types.ts';

/** What is needed to find the tokens that a registry file holds, or names, in clear. */
export interface TokenSource {
  /** The registry file's text; it has been read as a valid registry before. */
  readonly text: string;
  readonly registry: Registry;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder that the registry's relative paths resolve against. */
  readonly baseDir: string;
  /** Gives the content of a token file, or throws. */
  readonly readFile: (path: string) => string;
}

/** The registry that applications are connected to. */
export interface RegistrySource extends TokenSource {
  /** The registry file, absolute. */
  readonly path: string;
}

/**
 * The newest usable token of a client, as far as it can be known: in the file, in a variable, in a token file, or in
 * `LMCP_TOKEN`; undefined where the registry has its digest alone. Only a token that the registry accepts is ever given.
 */
export function clearTokenOf(source: TokenSource, clientId: string): string | undefined {
  const known = source.registry.clients.get(clientId)?.tokens ?? [];
  const entry = member(member(document(source), 'clients'), clientId);
  const candidates = [
    source.env['LMCP_TOKEN'] ?? '',
    ...tokensIn(source, entry, 'token', 'token_file').toReversed(),
  ];
  return candidates.find((token) => isKnown(token, known));
}

/** The same for the management token; the variable is `LMCP_MANAGEMENT_TOKEN`. */
export function clearManagementToken(source: TokenSource): string | undefined {
  const known = source.registry.settings.managementTokens;
  const entry = member(document(source), 'lmcp');
  const inFile = tokensIn(source, entry, 'management_token').toReversed();
  return [source.env['LMCP_MANAGEMENT_TOKEN'] ?? '', ...inFile].find((token) => isKnown(token, known));
}

function document(source: TokenSource): unknown {
  return parse(source.text, { logLevel: 'silent' });
}

function tokensIn(source: TokenSource, entry: unknown, clearKey: string, fileKey?: string): string[] {
  const clear = texts(member(entry, clearKey)).flatMap((text) => {
    const filled = fillFromEnvironment(text, source.env);
    return filled.ok ? [filled.text] : [];
  });
  const fromFiles = texts(fileKey === undefined ? undefined : member(entry, fileKey)).flatMap((path) => {
    try {
      return [source.readFile(resolve(source.baseDir, path)).trim()];
    } catch {
      return [];
    }
  });
  return [...clear, ...fromFiles];
}

function texts(value: unknown): string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.filter((item): item is string => typeof item === 'string');
}

function member(value: unknown, key: string): unknown {
  return isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** Whether a text is a token, by the digests that the registry has. */
export function isKnown(token: string, digests: readonly Uint8Array[]): boolean {
  if (token === '') return false;
  const digest = hash('sha256', token, 'buffer');
  return digests.some((known) => Buffer.compare(known, digest) === 0);
}
