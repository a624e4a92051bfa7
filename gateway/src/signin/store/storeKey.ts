import { hash, randomBytes } from 'node:crypto';
import { dirname, join, resolve } from 'node:path';
import { loadKeyFile } from '../../audit/checkpoint/keyFile.ts';
import type { Logger } from '../../logger.ts';
import type { Keyring } from '../../upstream/secrets/readSecret.ts';

const keyBytes = 32;
const service = 'lmcp';

export interface KeyPlaces {
  readonly registryPath: string;
  /** The audit log is in a folder of its own: who copies that of the registry does not copy the key. */
  readonly auditLog: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly keyring: () => Promise<Keyring>;
  readonly logger: Logger;
}

/**
 * The key of the file of sign-ins, made where there is none: in the file that `LMCP_SIGN_IN_KEY_FILE` names, else in the keyring of
 * the operating system, else (where there is no keyring) in `sign_in.key` beside the audit log. It is never beside the file.
 */
export async function storeKey(places: KeyPlaces): Promise<Uint8Array> {
  const { env, auditLog, logger } = places;
  const named = env['LMCP_SIGN_IN_KEY_FILE'] ?? '';
  const what = { name: 'the key of the sign-ins to servers', loss: 'sign in to them again' };
  if (named !== '') return loadKeyFile(resolve(named), what, logger);
  return (await fromKeyring(places)) ?? loadKeyFile(join(dirname(auditLog), 'sign_in.key'), what, logger);
}

/** Undefined where there is no keyring that keeps anything. */
async function fromKeyring({ registryPath, keyring }: KeyPlaces): Promise<Uint8Array | undefined> {
  const account = `sign-ins ${hash('sha256', registryPath, 'base64url').slice(0, 16)}`;
  try {
    const ring = await keyring();
    const kept = await ring.get(service, account);
    const key = Buffer.from(kept ?? '', 'base64url');
    if (key.length === keyBytes) return key;
    const made = randomBytes(keyBytes);
    await ring.set(service, account, made.toString('base64url'));
    return (await ring.get(service, account)) === made.toString('base64url') ? made : undefined;
  } catch {
    return undefined;
  }
}
