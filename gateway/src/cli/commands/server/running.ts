import { printJson } from '../../output/printJson.ts';
import { printable } from '../../../printable.ts';
import { serversIn } from '../../arguments/serversIn.ts';
import { ExitCode } from '../../exitCodes.ts';
import { managementRequest } from '../../live/request/managementRequest.ts';
import { serverPath } from '../../live/serverTools.ts';
import type { CommandContext } from '../../commandContext.ts';
import { readRegistryFile } from '../../registry/registryFile.ts';

/** `lmcp server restart <server>`: ends its instances; the running gateway starts it again and lists its tools. */
export async function serverRestart(
  context: CommandContext,
  id: string,
  options: { readonly json?: true },
): Promise<ExitCode> {
  const file = await readRegistryFile(context);
  serversIn(id, file);
  const answer = await managementRequest(file, `${serverPath(id)}/restart`, {});
  if (options.json === true) printJson(context.terminal, answer);
  else context.terminal.err(`lmcp: ${id} was restarted\n`);
  return ExitCode.fine;
}

/** `lmcp logs <server>`: the end of what it wrote to stderr, as the running gateway holds it. */
export async function serverLogs(
  context: CommandContext,
  id: string,
  options: { readonly json?: true },
): Promise<ExitCode> {
  const file = await readRegistryFile(context);
  serversIn(id, file);
  const answer = (await managementRequest(file, serverPath(id))) as {
    readonly server: { readonly stderr_tail: string };
  };
  const { stderr_tail: tail } = answer.server;
  const { terminal } = context;
  if (options.json === true) terminal.out(`${JSON.stringify({ server_id: id, stderr_tail: tail })}\n`);
  // What a server writes is untrusted: no sequence of it may control the terminal.
  else
    for (const line of tail.split('\n').filter((each) => each !== '')) terminal.out(`${printable(line)}\n`);
  return ExitCode.fine;
}
