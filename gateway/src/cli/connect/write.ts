import { connected, currentEntry, stringsOf } from '../../connect/change.ts';
import type { Application } from '../../connect/applications/application.ts';
import { readForeignFile, replaceForeignFile, type ForeignFile } from '../../connect/foreignFile.ts';
import { gitStateOf } from '../../connect/gitTracked.ts';
import { connectRecord, digestOf } from '../../connect/connectRecord.ts';
import { baseUrl, type Endpoint } from '../../endpoint.ts';
import { changeRegistry } from '../registry/changeRegistry.ts';
import { CommandFailure } from '../exitCodes.ts';
import type { CommandContext } from '../program.ts';
import type { RegistryFile } from '../registry/registryFile.ts';
import { tokenFor, type ClientToken } from './clientToken.ts';
import { confirmed } from './confirmed.ts';
import { diffText } from './diffText.ts';
import { secretsOf } from './secretsOf.ts';

/** What connecting one application would do, before it is done. */
interface Plan {
  readonly application: Application;
  readonly clientId: string;
  readonly before: ForeignFile;
  readonly text: string;
  readonly token: ClientToken;
}

export interface WriteOptions {
  readonly client?: string;
  readonly allow: readonly string[];
  readonly yes?: true;
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
  const { before, text, token } = plan;
  if (text === before.text && token.patch === null) {
    terminal.err(`lmcp: ${application.title} is connected already: ${before.path}\n`);
    return;
  }
  await rejectTracked(before.path);
  describe(context, plan);
  if (!(await confirmed(terminal, options.yes === true))) return;
  if (token.patch !== null) await changeRegistry(file, token.patch);
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
  const present = stringsOf(currentEntry(application, before.text ?? ''));
  const token = tokenFor(context, file, clientId, present, options.allow);
  const connection = { url: `${baseUrl(endpoint)}/mcp`, clientId, token: token.token };
  const result = connected(application, before.text ?? '', connection);
  if (!result.ok) throw new CommandFailure(`${before.path} was not changed: ${result.message}`);
  return { application, clientId, before, text: result.text, token };
}

function describe({ terminal }: CommandContext, { application, before, text, token }: Plan): void {
  const old = secretsOf(currentEntry(application, before.text ?? ''));
  terminal.err(`lmcp: ${application.title}: ${before.path}${before.text === null ? ' (new)' : ''}\n`);
  terminal.out(diffText(before.text ?? '', text, token.token, old));
  if (token.note !== null) terminal.err(`lmcp: ${token.note}\n`);
}

async function rejectTracked(path: string): Promise<void> {
  if ((await gitStateOf(path)) !== 'tracked') return;
  throw new CommandFailure(
    `${path} is tracked by Git, so a token in it would be in every clone: ` +
      `remove it from Git, or connect the application by its own user-level file`,
  );
}
