import { appNames, isAppName, snippetFor, type AppName } from '../../connect/apps.ts';
import { connectionWithoutToken, connectionWithToken } from '../live/connection.ts';
import { ExitCode, usageFailure } from '../exitCodes.ts';
import type { CommandContext } from '../program.ts';
import { readRegistryFile, type RegistryFile } from '../registry/registryFile.ts';

interface ConnectOptions {
  readonly print?: true;
  readonly client?: string;
  readonly port?: number;
}

/** `lmcp connect <app>`: the snippet on stdout, where it goes and what to know on stderr. The token only with `--print`. */
export async function connect(
  context: CommandContext,
  app: string,
  options: ConnectOptions,
): Promise<ExitCode> {
  if (!isAppName(app)) throw usageFailure(`${app} is not known here; known are ${appNames.join(', ')}`);
  const file = await readRegistryFile(context);
  const clientId = clientFor(app, file, options.client, context);
  const { settings } = file.registry;
  const endpoint = { host: settings.host, port: options.port ?? settings.port };
  const connection =
    options.print === true
      ? connectionWithToken(file, clientId, endpoint)
      : connectionWithoutToken(clientId, endpoint);
  const { title, where, text, note } = snippetFor(app, connection);
  const { terminal } = context;
  terminal.err(`lmcp: ${title}, as client ${clientId}: into ${where}\n`);
  if (note !== undefined) terminal.err(`lmcp: ${note}\n`);
  terminal.out(`${text}\n`);
  if (options.print !== true) terminal.err(`lmcp: --print puts the token in its place\n`);
  return ExitCode.fine;
}

function clientFor(
  app: AppName,
  { registry }: RegistryFile,
  asked: string | undefined,
  context: CommandContext,
): string {
  const clientId = asked ?? app;
  if (registry.clients.has(clientId)) return clientId;
  const known = [...registry.clients.keys()].join(', ');
  const choice = known === '' ? '' : `; or name one with --client: ${known}`;
  throw usageFailure(
    `the registry has no client ${clientId}; add it: ${context.commandLine(`client add ${clientId} --allow <servers>`)}${choice}`,
  );
}
