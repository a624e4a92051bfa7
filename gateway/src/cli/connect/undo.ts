import { configuredEndpoint } from '../../registry/configuredEndpoint.ts';
import type { Application } from '../../connect/applications/application.ts';
import { currentEntry, disconnected, stringsOf } from '../../connect/change.ts';
import { readForeignFile, replaceForeignFile } from '../../connect/foreignFile.ts';
import { connectRecord } from '../../connect/connectRecord.ts';
import { CommandFailure } from '../exitCodes.ts';
import type { CommandContext } from '../commandContext.ts';
import { foundApplications } from '../../connect/applications/onThisMachine.ts';
import { clientSecret } from '../../registry/secrets/references.ts';
import { editSecrets } from '../../registry/secrets/editSecrets.ts';
import { secretsPath } from '../../registry/secrets/secretReader.ts';
import { readRegistryFile } from '../registry/registryFile.ts';
import { bridgeToken } from './bridgeToken.ts';
import { bridgedClient, checkApplications } from './check.ts';
import { confirmed } from './confirmed.ts';
import { diffText } from './diffText.ts';
import { secretsOf } from './secretsOf.ts';

/**
 * Takes the gateway out of an application's file. A file that is as LMCP wrote it becomes what it was before, byte for
 * byte; in one that was changed since, the gateway's entry alone goes.
 */
export async function undo(
  context: CommandContext,
  application: Application,
  path: string,
  yes: boolean,
): Promise<void> {
  const { terminal, registryPath } = context;
  const before = await readForeignFile(path);
  const entry = currentEntry(application, before.text ?? '');
  if (before.text === null || entry === undefined) {
    terminal.err(`lmcp: ${application.title} is not connected: ${before.path}\n`);
    return;
  }
  const stored = connectRecord(registryPath, before.path);
  const record = await stored.read();
  const result = disconnected(application, before.text, record);
  if (!result.ok) throw new CommandFailure(`${before.path} was not changed: ${result.message}`);
  terminal.err(`lmcp: ${application.title}: ${before.path}${result.text === null ? ' (removed)' : ''}\n`);
  terminal.out(diffText(before.text, result.text ?? '', null, secretsOf(entry)));
  if (!(await confirmed(terminal, yes))) return;
  await replaceForeignFile(before, result.text);
  await stored.drop();
  await dropBridgeToken(context, bridgedClient(stringsOf(entry)));
  const client = record === undefined ? '' : `; client ${record.client} stays in the registry`;
  terminal.err(`lmcp: ${application.title} is disconnected${client}\n`);
}

/** The token that was kept for the bridge of a client goes with the last application that starts it. */
async function dropBridgeToken(context: CommandContext, clientId: string | undefined): Promise<void> {
  const file = await readRegistryFile(context).catch(() => undefined);
  if (clientId === undefined || file === undefined) return;
  if ((await bridgeToken(file, clientId)) === undefined) return;
  const { terminal } = context;
  const others = await checkApplications(
    file,
    foundApplications(terminal.env),
    terminal,
    configuredEndpoint(file.registry.settings),
  );
  if (others.some(({ client }) => client === clientId)) return;
  await editSecrets(secretsPath(file.path), { [clientSecret(clientId)]: null });
  terminal.err(`lmcp: the token that was kept for the bridge of ${clientId} is removed\n`);
}
