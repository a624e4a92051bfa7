import { randomBytes } from 'node:crypto';
import { chmod, lstat, mkdir, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { writeDurably } from '../fs/replaceFile.ts';
import { syncFolder } from '../fs/durableFolder.ts';

/** A configuration file of another program, as it is now. */
export interface ForeignFile {
  /** Behind symbolic links: the file itself. */
  readonly path: string;
  /** Null where there is none. */
  readonly text: string | null;
  /** Permission bits; null where there is none. */
  readonly mode: number | null;
}

/** Files beyond that size are no configuration. */
const largest = 16 * 1024 ** 2;

/** @throws ForeignFileError where it is not a regular file, too large, or not text in UTF-8 */
export async function readForeignFile(named: string): Promise<ForeignFile> {
  const path = await behindLinks(named);
  const found = await stat(path).catch((error: unknown) => {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  });
  if (found === null) return { path, text: null, mode: null };
  if (!found.isFile()) throw new ForeignFileError(`${path} is not a regular file`);
  if (found.size > largest) throw new ForeignFileError(`${path} is larger than 16 MiB`);
  const bytes = await readFile(path);
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return { path, text, mode: found.mode & 0o7777 };
  } catch {
    throw new ForeignFileError(`${path} is not text in UTF-8`);
  }
}

/**
 * Replaces it by a new text: after a crash it is the whole old or the whole new one. Nobody but its owner can read it
 * afterwards, since it may hold a token; its other permission bits stay. A text of null removes it.
 * @throws ForeignFileError where it is no longer as it was read
 */
export async function replaceForeignFile(before: ForeignFile, text: string | null): Promise<void> {
  const { path, mode } = before;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    if (text !== null) {
      await writeDurably(temporary, text);
      await chmod(temporary, ((mode ?? 0o600) & ~0o077) | 0o600);
    }
    if ((await readForeignFile(path)).text !== before.text) {
      throw new ForeignFileError(`${path} was changed by another program: try again`);
    }
    if (text === null) await rm(path, { force: true });
    else await rename(temporary, path);
    await syncFolder(dirname(path));
  } finally {
    await rm(temporary, { force: true });
  }
}

/** A link whose target does not exist yet is an error: nobody knows what it is meant to lead to. */
async function behindLinks(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    const link = await lstat(path).catch(() => null);
    if (link?.isSymbolicLink() === true) throw new ForeignFileError(`${path} is a link that leads nowhere`);
    return path;
  }
}

/** A file of another program cannot be read or written; nothing has changed. `message` is for the operator. */
export class ForeignFileError extends Error {
  override readonly name = 'ForeignFileError';
}
