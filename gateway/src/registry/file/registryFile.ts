import { hash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { messageOf } from '../../errors.ts';
import { baseDirOf } from './baseDir.ts';
import { requireCustody } from './custody.ts';
import { knownGuardRules } from '../container/guardRules/rules.ts';
import { engineFacts } from '../container/run/engineFacts.ts';
import { selfImage } from '../container/self.ts';
import type { ParseResult, RegistryContext } from '../parse.ts';
import { parseRegistry } from '../parse.ts';
import { insideImage } from '../container/productImage.ts';
import { secretReader } from '../secrets/secretReader.ts';
import type { TlsFiles } from '../schema/read/readContext.ts';
import { readSecretsFile, readTokenFile } from './tokenFile.ts';
import { withoutMark } from '../yaml/withoutMark.ts';
import { maxRegistryBytes } from '../yaml/yamlSource.ts';

/** What each token file that a registry names held, as a digest, or why it could not be read; by absolute path. */
export type TokenFiles = ReadonlyMap<string, string>;

/** Parses a registry as a file: relative paths from its folder, token files from disk. Used wherever one is read. */
export function parseRegistryFile(
  path: string,
  text: string,
  options: Pick<RegistryContext, 'env' | 'insideImage'>,
): ParseResult & { readonly tokenFiles: TokenFiles } {
  const tokenFiles = new Map<string, string>();
  const self = selfImage(options.env);
  const watched = (read: (file: string) => string) => (file: string) => {
    tokenFiles.set(file, tokenFileMark(file));
    return read(file);
  };
  const context: RegistryContext = {
    env: options.env,
    baseDir: baseDirOf(path),
    readTokenFile: watched(readTokenFile),
    readPemFile: watched(readSecretsFile),
    tlsFault,
    secret: secretReader(path, watched(readSecretsFile)),
    insideImage: options.insideImage ?? (self !== undefined || insideImage()),
    selfImage: self,
    mountBase: options.env['LMCP_HOST_DIR'],
    engine: engineFacts(options.env),
    guard: knownGuardRules(options.env),
  };
  return { ...parseRegistry(text, context), tokenFiles };
}

function tlsFault(files: TlsFiles): string | undefined {
  try {
    createSecureContext({ ...files });
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

/** Whether the content of any of these files has changed. */
export function tokenFilesChanged(files: TokenFiles): boolean {
  return [...files].some(([path, mark]) => tokenFileMark(path) !== mark);
}

function tokenFileMark(path: string): string {
  try {
    return hash('sha256', readSecretsFile(path), 'base64url');
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unreadable';
  }
}

/**
 * The text of a registry file, without a byte order mark.
 * @throws the system's error; RegistryCustodyError where others could have changed it
 */
export async function readRegistryText(path: string): Promise<string> {
  await requireCustody(path);
  const { size } = await stat(path);
  // Read on, a file of any size would fill the memory; this much of it is rejected by its size when it is parsed.
  if (size > maxRegistryBytes) return ' '.repeat(maxRegistryBytes + 1);
  return withoutMark(await readFile(path, 'utf8'));
}
