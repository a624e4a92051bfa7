import { version } from '../../version.ts';
import { connectionWithToken } from '../live/connection.ts';
import type { Application } from '../../connect/applications/application.ts';
import { applicationNamed } from '../../connect/applications/applications.ts';
import { snippetFor } from '../../connect/snippet.ts';
import { clearTokenOf } from '../../connect/write/clearTokens.ts';
import { baseUrl, type Endpoint } from '../../endpoint.ts';
import type { CommandContext } from '../commandContext.ts';
import type { RegistryFile } from '../registry/registryFile.ts';
import { styleOf, type Style } from './style.ts';

/**
 * What a started gateway tells: its endpoint and how each client connects. Tokens go to a terminal only; elsewhere, into a log
 * perhaps, goes the line that shows them.
 * @param connected applications of this machine that lead here already: then nothing is to be copied
 */
export function announce(
  context: CommandContext,
  file: RegistryFile,
  endpoint: Endpoint,
  connected: readonly string[],
): void {
  const { terminal, commandLine } = context;
  const style = styleOf(terminal, 'stdout');
  terminal.out(`${style.bold(`LMCP ${version}`)} listens at ${style.bold(`${baseUrl(endpoint)}/mcp`)}\n`);
  terminal.out(`web interface ${baseUrl(endpoint)}/ui\n`);
  terminal.out(`registry ${file.path}\naudit log ${file.registry.settings.auditLog}\n\n`);
  if (connected.length > 0) {
    terminal.out(`Connected: ${connected.join(', ')}; ${commandLine('connect --check')}\n\n`);
  } else {
    for (const id of file.registry.clients.keys())
      terminal.out(clientText(context, file, id, endpoint, style));
  }
  if (file.registry.clients.size === 0) {
    terminal.out(`No client may connect yet: ${commandLine('client add <id> --allow <servers>')}\n\n`);
  }
  const enabled = file.registry.settings.managementTokens.length > 0;
  terminal.out(
    `Management is ${enabled ? 'enabled' : `disabled; to enable it: ${commandLine('management enable')}`}\n`,
  );
  if (terminal.stdoutIsTerminal) terminal.out('Ctrl-C stops.\n');
}

function clientText(
  context: CommandContext,
  file: RegistryFile,
  id: string,
  endpoint: Endpoint,
  style: Style,
): string {
  const { port } = endpoint;
  const other = port === file.registry.settings.port ? '' : ` --port ${port}`;
  const app = applicationNamed(id);
  const line = context.commandLine(
    `connect ${app?.name ?? '<app>'}${app === undefined ? ` --client ${id}` : ''}${other} --print`,
  );
  const shows =
    context.terminal.stdoutIsTerminal && app !== undefined && clearTokenOf(file, id) !== undefined;
  return shows ? snippetText(file, id, app, endpoint, style) : `Client ${id}: ${line}\n\n`;
}

function snippetText(
  file: RegistryFile,
  id: string,
  app: Application,
  endpoint: Endpoint,
  style: Style,
): string {
  const { title, where, text, note } = snippetFor(app, connectionWithToken(file, id, endpoint));
  const about = note === undefined ? '' : `${style.dim(note)}\n`;
  return `${style.bold(title)}, into ${where}:\n${about}${text}\n\n`;
}
