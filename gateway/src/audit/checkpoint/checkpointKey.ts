import { join } from 'node:path';
import type { Logger } from '../../logger.ts';
import { loadKeyFile, readKeyFile } from './keyFile.ts';
import { noteSigner, type NoteSigner } from './signedNote.ts';

const fileName = 'audit-checkpoint.key';

/**
 * What signs the checkpoints of this installation: `audit-checkpoint.key` in `folder`, made where missing.
 * @throws AuditUnavailableError when the file is no such key; the file system's errors
 */
export async function loadCheckpointSigner(folder: string, logger: Logger): Promise<NoteSigner> {
  const loss = 'earlier checkpoints can then be checked only with the verifier key that was kept of it';
  const name = 'the key that signs checkpoints';
  return noteSigner(await loadKeyFile(join(folder, fileName), { name, loss }, logger));
}

/** The verifier key of the installation, or undefined where there is none that can be read. */
export async function findCheckpointVerifierKey(folder: string): Promise<string | undefined> {
  try {
    return noteSigner(await readKeyFile(join(folder, fileName))).verifierKey;
  } catch {
    return undefined;
  }
}
