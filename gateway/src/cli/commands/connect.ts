import { printJson } from '../output/printJson.ts';
import { entryFor, type Application } from '../../connect/applications/application.ts';
import { foundApplications } from '../../connect/applications/onThisMachine.ts';
import { snippetFor } from '../../connect/snippet.ts';
import { configuredEndpoint } from '../../registry/configuredEndpoint.ts';
import type { Endpoint } from '../../endpoint.ts';
import { serversIn } from '../arguments/serversIn.ts';
import { fileOf, knownApplication } from '../connect/applicationFile.ts';
import { checkApplications } from '../connect/check.ts';
import { lastSeen } from '../connect/lastCalls.ts';
import { undo } from '../connect/undo.ts';
import { writeInto } from '../connect/write.ts';
import { ExitCode, usageFailure } from '../exitCodes.ts';
import { connectionWithToken } from '../live/connection.ts';
import { findGateway } from '../live/findGateway.ts';
import { knownClient } from '../live/knownClient.ts';
import { styleOf } from '../output/style.ts';
import { table } from '../output/table.ts';
import type { CommandContext } from '../commandContext.ts';
import { readRegistryFile, type RegistryFile } from '../registry/registryFile.ts';

export interface ConnectOptions {
  readonly print?: true;
  readonly link?: true;
  readonly bridge?: true;
  readonly replace?: true;
  readonly undo?: true;
  readonly all?: true;
  readonly check?: true;
  readonly yes?: true;
  readonly json?: true;
  readonly project?: true;
  readonly file?: string;
  readonly client?: string;
  readonly allow?: string;
  readonly port?: number;
}

/** `lmcp connect [app]`: writes, prints, checks or undoes the connection of applications to the gateway. */
export async function connect(
  context: CommandContext,
  app: string,
  options: ConnectOptions,
): Promise<ExitCode> {
  if (options.check !== true && options.all !== true && app === '') {
    throw usageFailure('connect needs an application, or --all, or --check');
  }
  const asked = app === '' ? foundApplications(context.terminal.env) : [knownApplication(app)];
  if (options.undo === true) return undoAll(context, asked, options);
  const file = await readRegistryFile(context);
  const endpoint = await endpointOf(file, options.port);
  if (options.link === true) return printLinks(context, file, asked, endpoint, options);
  if (options.print === true) return print(context, file, asked, endpoint, options);
  if (options.check === true) return checkAll(context, file, asked, endpoint, options);
  const allow = serversIn(options.allow ?? '', file);
  for (const application of asked) {
    // Each may add a client or a token: the next one starts from the registry as it is then.
    const now = await readRegistryFile(context);
    const path = fileOf(application, context.terminal, options);
    await writeInto(context, now, application, path, endpoint, { ...options, allow });
  }
  return ExitCode.fine;
}

/** Where the gateway listens: as the person says, where it runs now, else where the registry says. */
async function endpointOf(file: RegistryFile, port: number | undefined): Promise<Endpoint> {
  if (port !== undefined) return { ...configuredEndpoint(file.registry.settings), port };
  const found = await findGateway(file);
  return found.kind === 'running' ? found.reach : found.endpoint;
}

function print(
  { terminal }: CommandContext,
  file: RegistryFile,
  asked: readonly Application[],
  endpoint: Endpoint,
  options: ConnectOptions,
): ExitCode {
  for (const application of asked) {
    const clientId = knownClient(file, options.client ?? application.name).id;
    const { title, where, text, note } = snippetFor(
      application,
      connectionWithToken(file, clientId, endpoint),
    );
    terminal.err(`lmcp: ${title}, as client ${clientId}: into ${where}\n`);
    if (note !== undefined) terminal.err(`lmcp: ${note}\n`);
    terminal.out(`${text}\n`);
  }
  return ExitCode.fine;
}

/** The link holds the token, as the file would. */
function printLinks(
  { terminal }: CommandContext,
  file: RegistryFile,
  asked: readonly Application[],
  endpoint: Endpoint,
  options: ConnectOptions,
): ExitCode {
  for (const application of asked) {
    if (application.link === undefined) throw usageFailure(`${application.title} opens no such links`);
    const clientId = knownClient(file, options.client ?? application.name).id;
    terminal.out(
      `${application.link(entryFor(application, connectionWithToken(file, clientId, endpoint)))}\n`,
    );
  }
  return ExitCode.fine;
}

async function undoAll(
  context: CommandContext,
  asked: readonly Application[],
  options: ConnectOptions,
): Promise<ExitCode> {
  for (const application of asked) {
    await undo(context, application, fileOf(application, context.terminal, options), options.yes === true);
  }
  return ExitCode.fine;
}

async function checkAll(
  { terminal }: CommandContext,
  file: RegistryFile,
  asked: readonly Application[],
  endpoint: Endpoint,
  options: ConnectOptions,
): Promise<ExitCode> {
  const seen = await lastSeen(file.registry.settings.auditLog);
  const found = await checkApplications(file, asked, terminal, endpoint, options);
  const checked = found.map((each) => ({
    ...each,
    last_seen: each.client === null ? null : (seen.get(each.client) ?? null),
  }));
  if (options.json === true) printJson(terminal, checked);
  else {
    const rows = checked.map(({ application, state, client, last_seen: last, file: path }) => [
      application,
      state.replaceAll('_', ' '),
      client ?? '–',
      last ?? 'never',
      path,
    ]);
    const head = ['APPLICATION', 'STATE', 'CLIENT', 'LAST CALL', 'FILE'];
    terminal.out(table([head, ...rows], styleOf(terminal, 'stdout'), ''));
  }
  return checked.every(({ state }) => state === 'connected') ? ExitCode.fine : ExitCode.failed;
}
