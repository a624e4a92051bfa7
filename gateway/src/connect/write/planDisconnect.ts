import { clientSecret } from '../../registry/secrets/references.ts';
import { editSecrets } from '../../registry/secrets/editSecrets.ts';
import { secretsPath } from '../../registry/secrets/secretReader.ts';
import type { Application } from '../applications/application.ts';
import { currentEntry, disconnected, stringsOf } from '../change.ts';
import { connectRecord } from '../connectRecord.ts';
import { ForeignFileError, readForeignFile, replaceForeignFile, type ForeignFile } from '../foreignFile.ts';
import { bridgeToken } from './bridgeToken.ts';
import type { RegistrySource } from './clearTokens.ts';
import { diffText } from './diffText.ts';
import { secretsOf } from './secretsOf.ts';
import { bridgedClient, type Checked } from './standing.ts';

/** What taking the gateway out of an application's file would do, before it is done. */
export interface DisconnectPlan {
  readonly before: ForeignFile;
  /** The file afterwards; null where there was none before LMCP wrote it. */
  readonly text: string | null;
  /** The client whose token was written; null where LMCP did not write it. */
  readonly client: string | null;
  /** The client that the entry names, where it is one of the bridge. */
  readonly bridged: string | undefined;
  readonly diff: string;
}

/**
 * A file that is as LMCP wrote it becomes what it was before, byte for byte; in one that was changed since, the gateway's entry
 * alone goes. Null where the application is not connected.
 * @throws ForeignFileError where the file cannot be read or edited
 */
export async function planDisconnect(
  registryPath: string,
  application: Application,
  path: string,
): Promise<DisconnectPlan | null> {
  const before = await readForeignFile(path);
  const entry = currentEntry(application, before.text ?? '');
  if (before.text === null || entry === undefined) return null;
  const record = await connectRecord(registryPath, before.path).read();
  const result = disconnected(application, before.text, record);
  if (!result.ok) throw new ForeignFileError(`${before.path} was not changed: ${result.message}`);
  return {
    before,
    text: result.text,
    client: record?.client ?? null,
    bridged: bridgedClient(stringsOf(entry)),
    diff: diffText(before.text, result.text ?? '', null, secretsOf(entry)),
  };
}

/** @throws ForeignFileError where the file is no longer as it was read */
export async function performDisconnect(
  registryPath: string,
  { before, text }: DisconnectPlan,
): Promise<void> {
  await replaceForeignFile(before, text);
  await connectRecord(registryPath, before.path).drop();
}

/**
 * The token that was kept for the bridge of a client goes with the last application that starts it.
 * @param others how the applications of this machine stand now
 * @returns whether there was one to remove
 */
export async function dropBridgeToken(
  registry: RegistrySource,
  clientId: string | undefined,
  others: () => Promise<readonly Checked[]>,
): Promise<boolean> {
  if (clientId === undefined || (await bridgeToken(registry, clientId)) === undefined) return false;
  if ((await others()).some(({ client }) => client === clientId)) return false;
  await editSecrets(secretsPath(registry.path), { [clientSecret(clientId)]: null });
  return true;
}
