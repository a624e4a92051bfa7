import { idFault } from '../../../registry/id.ts';
import { changeRegistry } from '../../registry/changeRegistry.ts';
import { applicationNamed } from '../../../connect/applications/applications.ts';
import { serversIn } from '../../arguments/serversIn.ts';
import { ExitCode, usageFailure } from '../../exitCodes.ts';
import { newToken } from '../../../clients/newToken.ts';
import type { CommandContext } from '../../commandContext.ts';
import { readRegistryFile } from '../../registry/registryFile.ts';

/** `lmcp client add <id>`: the registry gets the digest, stdout the token, this once. */
export async function clientAdd(
  context: CommandContext,
  id: string,
  options: { readonly allow?: string },
): Promise<ExitCode> {
  const fault = idFault(id);
  if (fault !== null) throw usageFailure(`${id} can't be the id of a client: ${fault}`);
  const file = await readRegistryFile(context);
  if (file.registry.clients.has(id)) {
    throw usageFailure(
      `the client ${id} is there already; for a new token: ${context.commandLine(`client rotate ${id}`)}`,
    );
  }
  const allowed = serversIn(options.allow ?? '', file);
  const { token, sha256 } = newToken();
  await changeRegistry(file, { clients: { [id]: { token_sha256: sha256, allow_servers: allowed } } });
  const { terminal } = context;
  terminal.err(
    `lmcp: client ${id} added; it may use ${allowed.length === 0 ? 'no server yet' : allowed.join(', ')}\n`,
  );
  terminal.err('lmcp: this is its token; it is shown this once, and the registry keeps only its digest\n');
  terminal.out(`${token}\n`);
  const known = applicationNamed(id) !== undefined;
  const app = known ? id : '<app>';
  const client = known ? '' : ` --client ${id}`;
  terminal.err(
    `lmcp: with the token in LMCP_TOKEN: ${context.commandLine(`connect ${app}${client} --print`)}\n`,
  );
  return ExitCode.fine;
}
