import { systemClock } from '../../clock.ts';
import { messageOf } from '../../errors.ts';
import { readSecretsFile } from '../../registry/file/tokenFile.ts';
import { secretReader } from '../../registry/secrets/secretReader.ts';
import { secretUsers } from '../../registry/secrets/secretUsers.ts';
import { secretReading } from '../../upstream/secrets/readSecret.ts';
import { systemKeyring } from '../../upstream/secrets/systemKeyring.ts';
import type { CommandContext } from '../commandContext.ts';
import type { RegistryFile } from '../registry/registryFile.ts';
import { secretEntries } from './secretFiles.ts';

export interface CheckedSecret {
  readonly name: string;
  readonly ok: boolean;
  readonly problem: string | null;
  readonly used_by: readonly string[];
}

/**
 * Reads secrets from where they come from: those named, else every one that the file has or a server uses.
 * @throws CommandFailure where the file of the secrets is not valid
 */
export async function checkSecrets(
  { terminal, registryPath }: Pick<CommandContext, 'terminal' | 'registryPath'>,
  { registry }: Pick<RegistryFile, 'registry'>,
  named?: readonly string[],
): Promise<readonly CheckedSecret[]> {
  const users = secretUsers(registry);
  const names = named ?? [...new Set([...(await secretEntries({ registryPath })).keys(), ...users.keys()])];
  const source = secretReader(registryPath, readSecretsFile);
  const read = secretReading({ keyring: systemKeyring, clock: systemClock, env: terminal.env });
  const problemOf = async (name: string): Promise<string | null> => {
    const found = source(name);
    if (found.kind === 'missing') return `${found.why}; ${found.fix}`;
    return read(found).then((value) => (value === '' ? 'it is empty' : null), messageOf);
  };
  return Promise.all(
    names.map(async (name) => {
      const problem = await problemOf(name);
      return { name, ok: problem === null, problem, used_by: users.get(name) ?? [] };
    }),
  );
}
