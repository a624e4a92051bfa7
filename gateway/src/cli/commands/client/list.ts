import { printJson } from '../../output/printJson.ts';
import { clearTokenOf } from '../../../connect/write/clearTokens.ts';
import { ExitCode } from '../../exitCodes.ts';
import type { CommandContext } from '../../commandContext.ts';
import { readRegistryFile } from '../../registry/registryFile.ts';
import { styleOf } from '../../output/style.ts';
import { table } from '../../output/table.ts';

/** `lmcp client list`: never a token, nor its digest. */
export async function clientList(
  context: CommandContext,
  options: { readonly json?: true },
): Promise<ExitCode> {
  const file = await readRegistryFile(context);
  const clients = [...file.registry.clients.values()].map(({ id, allowServers, rateLimitRpm, tokens }) => ({
    client_id: id,
    allow_servers: [...allowServers],
    rate_limit_rpm: rateLimitRpm,
    tokens: tokens.length,
    token_kept: clearTokenOf(file, id) === undefined ? 'digest' : 'clear',
  }));
  const { terminal } = context;
  if (options.json === true) {
    printJson(terminal, clients);
    return ExitCode.fine;
  }
  const rows = clients.map((client) => [
    client.client_id,
    client.allow_servers.join(', ') || 'nothing',
    client.rate_limit_rpm === null ? 'unlimited' : `${client.rate_limit_rpm} rpm`,
    client.token_kept + (client.tokens > 1 ? ', in rotation' : ''),
  ]);
  terminal.out(table([['CLIENT', 'MAY USE', 'LIMIT', 'TOKEN'], ...rows], styleOf(terminal, 'stdout'), ''));
  return ExitCode.fine;
}
