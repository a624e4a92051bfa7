import { stat } from 'node:fs/promises';
import type { Logger } from '../../logger.ts';
import { secretsPath } from '../secrets/secretReader.ts';

/** The registry and its secrets file may hold secrets: on POSIX nobody but their owner should be able to read them. */
export async function warnAboutModes(registryPath: string, logger: Logger): Promise<void> {
  if (process.platform === 'win32') return;
  for (const path of [registryPath, secretsPath(registryPath)]) {
    const found = await stat(path).catch(() => undefined);
    if (found === undefined || (found.mode & 0o077) === 0) continue;
    const what = path === registryPath ? 'the registry, which may hold tokens' : 'the secrets of servers';
    logger.warn(`others can get at ${what}: chmod 600 ${path}`);
  }
}
