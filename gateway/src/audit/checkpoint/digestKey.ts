import { join } from 'node:path';
import type { Logger } from '../../logger.ts';
import { loadKeyFile } from './keyFile.ts';

/**
 * The key of the installation's argument digests: `audit.key` in `folder`, made where missing.
 * @throws AuditUnavailableError when the file is no such key; the file system's errors
 */
export async function loadDigestKey(folder: string, logger: Logger): Promise<Buffer> {
  const loss = "digests before and after can't be compared then";
  return loadKeyFile(join(folder, 'audit.key'), { name: 'the key of the audit log', loss }, logger);
}
