import { editSecrets } from '../../../registry/secrets/editSecrets.ts';
import { secretsPath } from '../../../registry/secrets/secretReader.ts';
import { keyringService } from '../../../registry/secrets/secretsFile.ts';
import { systemKeyring } from '../../../upstream/secrets/systemKeyring.ts';
import { CommandFailure, ExitCode } from '../../exitCodes.ts';
import type { CommandContext } from '../../commandContext.ts';
import { readRegistryFile } from '../../registry/registryFile.ts';
import { checkedName, secretEntries } from '../../secret/secretFiles.ts';
import { secretUsers } from '../../../registry/secrets/secretUsers.ts';

/** `lmcp secret rm <name>`: also out of the keyring, where LMCP put it there. */
export async function secretRemove(context: CommandContext, given: string): Promise<ExitCode> {
  const name = checkedName(given);
  const entry = (await secretEntries(context)).get(name);
  if (entry === undefined) throw new CommandFailure(`there is no secret ${name}`);
  const users = secretUsers((await readRegistryFile(context)).registry).get(name) ?? [];
  if (entry.kind === 'keyring' && entry.service === keyringService)
    await (await systemKeyring()).remove(entry.service, entry.account);
  await editSecrets(secretsPath(context.registryPath), { [name]: null });
  context.terminal.err(`lmcp: secret ${name} is removed\n`);
  if (users.length > 0)
    context.terminal.err(`lmcp: these servers cannot start without it: ${users.join(', ')}\n`);
  return ExitCode.fine;
}
