import { bridgeCommand } from '../../connect/bridgeCommand.ts';
import { connected, currentEntry, stringsOf, withoutServers } from '../../connect/change.ts';
import { entryName, type Application } from '../../connect/applications/application.ts';
import { entriesOf, readFile } from '../../connect/edit/editFile.ts';
import { readForeignFile, replaceForeignFile, type ForeignFile } from '../../connect/foreignFile.ts';
import { gitStateOf } from '../../connect/gitTracked.ts';
import { connectRecord, digestOf } from '../../connect/connectRecord.ts';
import { insideImage } from '../../registry/container/productImage.ts';
import { baseUrl, type Endpoint } from '../../endpoint.ts';
import { changeRegistry } from '../registry/changeRegistry.ts';
import { CommandFailure } from '../exitCodes.ts';
import type { CommandContext } from '../commandContext.ts';
import type { RegistryFile } from '../registry/registryFile.ts';
import { bridgeToken, keepBridgeToken } from './bridgeToken.ts';
import { tokenFor, type ClientToken } from './clientToken.ts';
import { confirmed } from './confirmed.ts';
import { diffText } from './diffText.ts';
import { ownServers, type OwnServers } from './replaced.ts';
import { secretsOf } from './secretsOf.ts';

/** What connecting one application would do, before it is done. */
interface Plan {
  readonly application: Application;
  readonly clientId: string;
  readonly before: ForeignFile;
  readonly text: string;
  readonly token: ClientToken;
  /** By the bridge: the token is kept apart from the file. */
  readonly isBridged: boolean;
  /** Undefined where they are not to be removed. */
  readonly own: OwnServers | undefined;
}

export interface WriteOptions {
  readonly client?: string;
  readonly allow: readonly string[];
  readonly yes?: true;
  readonly bridge?: true;
  readonly replace?: true;
}

/**
 * Writes the gateway into an application's file: shows the change, asks on a terminal, and keeps what is needed to undo it.
 * Without a terminal nothing is written unless `--yes` says so.
 * @param path the application's file
 */
export async function writeInto(
  context: CommandContext,
  file: RegistryFile,
  application: Application,
  path: string,
  endpoint: Endpoint,
  options: WriteOptions,
): Promise<void> {
  const { terminal } = context;
  const plan = await planned(context, file, application, path, endpoint, options);
  const { before, text, token, isBridged, clientId } = plan;
  const tokenIsKept = !isBridged || (await bridgeToken(file, clientId)) === token.token;
  if (text === before.text && token.patch === null && tokenIsKept) {
    terminal.err(`lmcp: ${application.title} is connected already: ${before.path}\n`);
    return;
  }
  if (!isBridged) await rejectTracked(context, application, before.path);
  describe(context, plan);
  if (!(await confirmed(terminal, options.yes === true))) return;
  if (token.patch !== null) await changeRegistry(file, token.patch);
  if (isBridged) await keepBridgeToken(file, clientId, token.token);
  const record = connectRecord(file.path, before.path);
  const earlier = await record.read();
  const kept =
    earlier !== undefined && earlier.written === digestOf(before.text) ? earlier.before : before.text;
  await record.write({
    path: before.path,
    before: kept,
    written: digestOf(text),
    client: plan.clientId,
  });
  await replaceForeignFile(before, text);
  terminal.err(`lmcp: ${application.title} is connected as ${plan.clientId}: ${before.path}\n`);
  terminal.err(`lmcp: to undo it: ${context.commandLine(`connect ${application.name} --undo`)}\n`);
  if (application.note !== undefined) terminal.err(`lmcp: ${application.note}\n`);
}

async function planned(
  context: CommandContext,
  file: RegistryFile,
  application: Application,
  path: string,
  endpoint: Endpoint,
  options: WriteOptions,
): Promise<Plan> {
  const clientId = options.client ?? application.name;
  const before = await readForeignFile(path);
  const kept = await bridgeToken(file, clientId);
  const present = stringsOf(currentEntry(application, before.text ?? ''));
  const token = tokenFor(
    context,
    file,
    clientId,
    kept === undefined ? present : [...present, kept],
    options.allow,
  );
  const origin = baseUrl(endpoint);
  const bridge = bridgeCommand({ clientId, registryPath: file.path, origin, insideImage: insideImage() });
  const connection = { url: `${origin}/mcp`, clientId, token: token.token, bridge };
  const isBridged = options.bridge === true || application.entry === undefined;
  const allowed = file.registry.clients.get(clientId)?.allowServers ?? new Set(options.allow);
  const own =
    options.replace === true ? await ownServers(file, application, before.text ?? '', allowed) : undefined;
  const added = connected(application, before.text ?? '', connection, isBridged);
  const result = added.ok ? withoutServers(application, added.text, own?.reached ?? []) : added;
  if (!result.ok) throw new CommandFailure(`${before.path} was not changed: ${result.message}`);
  return { application, clientId, before, text: result.text, token, isBridged, own };
}

function describe({ terminal, commandLine }: CommandContext, plan: Plan): void {
  const { application, before, text, token, own } = plan;
  const old = secretsIn(application, before.text ?? '', own?.reached ?? []);
  terminal.err(`lmcp: ${application.title}: ${before.path}${before.text === null ? ' (new)' : ''}\n`);
  terminal.out(diffText(before.text ?? '', text, token.token, old));
  if (token.note !== null) terminal.err(`lmcp: ${token.note}\n`);
  if (own === undefined) return;
  if (own.reached.length > 0)
    terminal.err(`lmcp: reached through LMCP from now on: ${own.reached.join(', ')}\n`);
  if (own.others.length > 0) {
    const import_ = commandLine(`import --from ${application.name}`);
    terminal.err(
      `lmcp: these stay in the file, since LMCP does not have them: ${own.others.join(', ')}; ${import_}\n`,
    );
  }
}

/** What the change takes out of the file and nobody should read on the screen. */
function secretsIn(application: Application, text: string, removed: readonly string[]): readonly string[] {
  const read = readFile(application.format, text);
  const entries = read.ok ? entriesOf(read.value, application.place) : new Map<string, unknown>();
  return [entryName, ...removed].flatMap((name) => secretsOf(entries.get(name)));
}

async function rejectTracked(
  { commandLine }: CommandContext,
  { name }: Application,
  path: string,
): Promise<void> {
  if ((await gitStateOf(path)) !== 'tracked') return;
  throw new CommandFailure(
    `${path} is tracked by Git, so a token in it would be in every clone: ` +
      `connect it by the bridge, which keeps the token apart (${commandLine(`connect ${name} --bridge`)}), or by its user-level file`,
  );
}
