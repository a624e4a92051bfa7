import { editSecrets, openSecrets } from '../../registry/secrets/editSecrets.ts';
import { clientSecret } from '../../registry/secrets/references.ts';
import { secretsPath } from '../../registry/secrets/secretReader.ts';
import { clearTokenOf, type RegistrySource } from './clearTokens.ts';

/** The token that is kept for the bridge of a client; undefined where there is none, or it has another source. */
export async function bridgeToken(file: RegistrySource, clientId: string): Promise<string | undefined> {
  const secrets = await openSecrets(secretsPath(file.path));
  const entry = secrets.ok ? secrets.entries.get(clientSecret(clientId)) : undefined;
  return entry?.kind === 'value' ? entry.value : undefined;
}

/** Keeps a token for the bridge, unless the registry itself has it in clear. */
export async function keepBridgeToken(file: RegistrySource, clientId: string, token: string): Promise<void> {
  if (clearTokenOf({ ...file, env: {} }, clientId) === token) return;
  await editSecrets(secretsPath(file.path), { [clientSecret(clientId)]: token });
}
