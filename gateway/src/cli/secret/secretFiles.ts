import { openSecrets } from '../../registry/secrets/editSecrets.ts';
import { secretNameFault } from '../../registry/secrets/references.ts';
import { secretsPath } from '../../registry/secrets/secretReader.ts';
import type { SecretEntry } from '../../registry/secrets/secretsFile.ts';
import { CommandFailure, usageFailure } from '../exitCodes.ts';
import type { CommandContext } from '../commandContext.ts';

/** @throws CommandFailure where the text cannot be the name of a secret */
export function checkedName(name: string): string {
  const fault = secretNameFault(name);
  if (fault !== null) throw usageFailure(`this cannot be the name of a secret: ${fault}`);
  return name;
}

/**
 * The entries of the file of the secrets beside the registry of this command line.
 * @throws CommandFailure where the file is not valid
 */
export async function secretEntries({
  registryPath,
}: Pick<CommandContext, 'registryPath'>): Promise<ReadonlyMap<string, SecretEntry>> {
  const file = await openSecrets(secretsPath(registryPath));
  if (!file.ok) throw new CommandFailure(`${file.why}: correct it first`);
  return file.entries;
}
