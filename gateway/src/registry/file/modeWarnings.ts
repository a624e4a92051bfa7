import { stat } from 'node:fs/promises';
import type { Logger } from '../../logger.ts';
import { custodyWarnings } from './custody.ts';
import { secretsPath } from '../secrets/secretReader.ts';

/** The registry and its secrets file may hold secrets, and the registry says what runs: on POSIX they should be their owner's alone. */
export async function modeWarnings(registryPath: string): Promise<readonly string[]> {
  if (process.platform === 'win32') return [];
  const warnings = [...(await custodyWarnings(registryPath))];
  for (const path of [registryPath, secretsPath(registryPath)]) {
    const found = await stat(path).catch(() => undefined);
    if (found === undefined || (found.mode & 0o077) === 0) continue;
    const what = path === registryPath ? 'the registry, which may hold tokens' : 'the secrets of servers';
    warnings.push(`others can get at ${what}: chmod 600 ${path}`);
  }
  return warnings;
}

/** Logs them. */
export async function warnAboutModes(registryPath: string, logger: Logger): Promise<void> {
  for (const warning of await modeWarnings(registryPath)) logger.warn(warning);
}
