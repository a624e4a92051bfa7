import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { link, lstat, open, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeDurableFolder, syncFolder } from '../../fs/durableFolder.ts';
import { AuditUnavailableError } from '../../errors.ts';
import type { Logger } from '../../logger.ts';

const LENGTH = 32;

/**
 * A secret of 32 random bytes in a file of its own, made (0600) where missing.
 * @param what the file for the operator, and what its loss would mean
 * @throws AuditUnavailableError when the file is no such key; the file system's errors
 */
export async function loadKeyFile(
  path: string,
  what: { readonly name: string; readonly loss: string },
  logger: Logger,
): Promise<Buffer> {
  const stats = await lstat(path).catch(absent);
  if (stats === undefined) return createKey(path, what, logger);
  if (!stats.isFile() || stats.size !== LENGTH) {
    throw new AuditUnavailableError(
      `${path} is not ${what.name} (a regular file of ${LENGTH} bytes): restore it from a backup, or move it away to get a new one (${what.loss})`,
    );
  }
  if ((stats.mode & 0o077) !== 0) logger.warn(`others may read ${path}: chmod 600 ${path}`);
  return readKeyFile(path);
}

/** Written aside and linked into place: never half a key, and never over one that another process made meanwhile. */
async function createKey(
  path: string,
  what: { readonly name: string; readonly loss: string },
  logger: Logger,
): Promise<Buffer> {
  await makeDurableFolder(dirname(path));
  const aside = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  const file = await open(aside, 'wx', 0o600);
  try {
    await file.writeFile(randomBytes(LENGTH));
    await file.sync();
    await link(aside, path);
    await syncFolder(dirname(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return await loadKeyFile(path, what, logger);
    throw error;
  } finally {
    await file.close();
    await unlink(aside);
  }
  return readKeyFile(path);
}

/** @throws the file system's error */
export async function readKeyFile(path: string): Promise<Buffer> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    return await file.readFile();
  } finally {
    await file.close();
  }
}

function absent(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  return undefined;
}
