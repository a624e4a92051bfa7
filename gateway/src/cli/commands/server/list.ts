import { printJson } from '../../output/printJson.ts';
import type { Server } from '../../../registry/types.ts';
import { oneLine } from '../../output/printer.ts';
import { ExitCode } from '../../exitCodes.ts';
import { styleOf } from '../../output/style.ts';
import { table } from '../../output/table.ts';
import type { CommandContext } from '../../commandContext.ts';
import { readRegistryFile } from '../../registry/registryFile.ts';

/** `lmcp server list`: programs, images and origins; never arguments, variables or headers, which may be secrets. */
export async function serverList(
  context: CommandContext,
  options: { readonly json?: true },
): Promise<ExitCode> {
  const { registry } = await readRegistryFile(context);
  const { terminal } = context;
  const clients = [...registry.clients.values()];
  const servers = [...registry.servers.values()].map((server) => ({
    server_id: server.id,
    enabled: server.enabled,
    transport: server.transport,
    runtime: server.runtime,
    runs: programOf(server),
    scope: server.scope,
    clients: clients.filter(({ allowServers }) => allowServers.has(server.id)).map(({ id }) => id),
  }));
  if (options.json === true) {
    printJson(terminal, servers);
    return ExitCode.fine;
  }
  const rows = servers.map((server) => [
    server.server_id,
    server.enabled ? 'enabled' : 'disabled',
    server.runtime,
    oneLine(server.runs),
    server.clients.join(', ') || 'nobody',
  ]);
  const head = ['SERVER', 'STATE', 'RUNTIME', 'RUNS', 'MAY BE USED BY'];
  terminal.out(table([head, ...rows], styleOf(terminal, 'stdout'), ''));
  return ExitCode.fine;
}

function programOf(server: Server): string {
  switch (server.runtime) {
    case 'process':
      return server.command;
    case 'container':
      return server.spec.image;
    case 'http':
      return server.url.origin;
  }
}
