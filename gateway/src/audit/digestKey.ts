import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { link, lstat, mkdir, open, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { AuditUnavailableError } from '../errors.ts';
import type { Logger } from '../logger.ts';

const LENGTH = 32;

/**
 * The key of the installation's argument digests: `audit.key` in `folder`, made (0600, 32 random bytes) where missing.
 * @throws AuditUnavailableError when the file is no such key; the file system's errors
 */
export async function loadDigestKey(folder: string, logger: Logger): Promise<Buffer> {
  const path = join(folder, 'audit.key');
  const stats = await lstat(path).catch(absent);
  if (stats === undefined) return createKey(folder, path, logger);
  if (!stats.isFile() || stats.size !== LENGTH) {
    throw new AuditUnavailableError(
      `${path} is not the key of the audit log (a regular file of ${LENGTH} bytes): restore it from a backup, or move it away to get a new one (digests before and after can't be compared then)`,
    );
  }
  if ((stats.mode & 0o077) !== 0) logger.warn(`others may read ${path}: chmod 600 ${path}`);
  return readKey(path);
}

/** Written aside and linked into place: never half a key, and never over one that another process made meanwhile. */
async function createKey(folder: string, path: string, logger: Logger): Promise<Buffer> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const aside = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  const file = await open(aside, 'wx', 0o600);
  try {
    await file.writeFile(randomBytes(LENGTH));
    await file.sync();
    await link(aside, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return await loadDigestKey(folder, logger);
    throw error;
  } finally {
    await file.close();
    await unlink(aside);
  }
  return readKey(path);
}

async function readKey(path: string): Promise<Buffer> {
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
