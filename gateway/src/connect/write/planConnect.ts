import { baseUrl, type Endpoint } from '../../endpoint.ts';
import { insideImage } from '../../registry/container/productImage.ts';
import { entryName, type Application } from '../applications/application.ts';
import { bridgeCommand } from '../bridgeCommand.ts';
import { connected, currentEntry, stringsOf } from '../change.ts';
import { connectRecord, digestOf } from '../connectRecord.ts';
import { entriesOf, readFile } from '../edit/editFile.ts';
import { ForeignFileError, readForeignFile, replaceForeignFile, type ForeignFile } from '../foreignFile.ts';
import { gitStateOf } from '../gitTracked.ts';
import { bridgeToken, keepBridgeToken } from './bridgeToken.ts';
import type { RegistrySource } from './clearTokens.ts';
import { tokenFor, type ClientToken } from './clientToken.ts';
import { diffText } from './diffText.ts';
import { secretsOf } from './secretsOf.ts';

/** What connecting one application would do, before it is done. */
export interface ConnectPlan {
  readonly application: Application;
  readonly clientId: string;
  readonly before: ForeignFile;
  /** The file afterwards. */
  readonly text: string;
  readonly token: ClientToken;
  /** By the bridge: the token is kept apart from the file. */
  readonly isBridged: boolean;
  /** Other entries of the file that go, by name. */
  readonly removed: readonly string[];
}

export interface ConnectWish {
  readonly application: Application;
  readonly clientId: string;
  /** The application's file. */
  readonly path: string;
  readonly endpoint: Endpoint;
  readonly byBridge: boolean;
  /** Tokens of the client that are at hand; one that is not valid is not used. */
  readonly tokens?: readonly string[];
  /** Servers of a client that is new. */
  readonly allow: readonly string[];
  /** A command line to show to the person. */
  readonly commandLine: (rest: string) => string;
}

/** @throws ForeignFileError where the file cannot be read or edited, or no token is to be had */
export async function planConnect(registry: RegistrySource, wish: ConnectWish): Promise<ConnectPlan> {
  const { application, clientId, endpoint } = wish;
  const before = await readForeignFile(wish.path);
  const kept = await bridgeToken(registry, clientId);
  const present = stringsOf(currentEntry(application, before.text ?? ''));
  const known = [...(wish.tokens ?? []), ...present, ...(kept === undefined ? [] : [kept])];
  const token = tokenFor(wish.commandLine, registry, clientId, known, wish.allow);
  const origin = baseUrl(endpoint);
  const bridge = bridgeCommand({
    clientId,
    registryPath: registry.path,
    origin,
    insideImage: insideImage(),
  });
  const connection = { url: `${origin}/mcp`, clientId, token: token.token, bridge };
  const isBridged = wish.byBridge || application.entry === undefined;
  const result = connected(application, before.text ?? '', connection, isBridged);
  if (!result.ok) throw new ForeignFileError(`${before.path} was not changed: ${result.message}`);
  return { application, clientId, before, text: result.text, token, isBridged, removed: [] };
}

/** Whether there is nothing left to do. */
export async function isPerformed(
  registry: RegistrySource,
  { before, text, token, isBridged, clientId }: ConnectPlan,
): Promise<boolean> {
  if (text !== before.text || token.patch !== null) return false;
  return !isBridged || (await bridgeToken(registry, clientId)) === token.token;
}

/** @throws ForeignFileError where a token would get into a file that Git tracks */
export async function rejectTracked(
  { application: { name }, before: { path }, isBridged }: ConnectPlan,
  commandLine: ConnectWish['commandLine'],
): Promise<void> {
  if (isBridged || (await gitStateOf(path)) !== 'tracked') return;
  throw new ForeignFileError(
    `${path} is tracked by Git, so a token in it would be in every clone: ` +
      `connect it by the bridge, which keeps the token apart (${commandLine(`connect ${name} --bridge`)}), or by its user-level file`,
  );
}

/**
 * Makes the token valid, keeps what is needed to undo the change, and writes the file.
 * @param changeRegistry applies a merge patch (RFC 7396)
 * @throws ForeignFileError where the file is no longer as it was read
 */
export async function performConnect(
  registry: RegistrySource,
  plan: ConnectPlan,
  changeRegistry: (patch: object) => Promise<void>,
): Promise<void> {
  const { before, text, token, clientId } = plan;
  if (token.patch !== null) await changeRegistry(token.patch);
  if (plan.isBridged) await keepBridgeToken(registry, clientId, token.token);
  const record = connectRecord(registry.path, before.path);
  const earlier = await record.read();
  const isOurs = earlier !== undefined && earlier.written === digestOf(before.text);
  await record.write({
    path: before.path,
    before: isOurs ? earlier.before : before.text,
    written: digestOf(text),
    client: clientId,
  });
  await replaceForeignFile(before, text);
}

/** The changed lines of the file, without the token and what the change takes out that nobody should read on a screen. */
export function connectDiff({ application, before, text, token, removed }: ConnectPlan): string {
  const read = readFile(application.format, before.text ?? '');
  const entries = read.ok ? entriesOf(read.value, application.place) : new Map<string, unknown>();
  const old = [entryName, ...removed].flatMap((name) => secretsOf(entries.get(name)));
  return diffText(before.text ?? '', text, token.token, old);
}
