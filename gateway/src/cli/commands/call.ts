import { printJson } from '../output/printJson.ts';
import { isRecord } from '../../json/isRecord.ts';
import { accessTo, serverOf } from '../live/clientAccess.ts';
import { ExitCode } from '../exitCodes.ts';
import type { CommandContext } from '../commandContext.ts';
import { requireChosen } from '../registry/chosenRegistry.ts';
import { readRegistryFile } from '../registry/registryFile.ts';
import { callAsClient } from '../live/request/callAsClient.ts';
import { readArguments, type ArgumentOptions } from '../arguments/toolArguments.ts';

interface CallOptions extends ArgumentOptions {
  readonly client?: string;
  readonly transport?: string;
  readonly port?: number;
}

/** `lmcp call <server> <tool>`: the result as the server gave it, as JSON on stdout; exit 1 when it says `isError`. */
export async function call(
  context: CommandContext,
  serverId: string,
  tool: string,
  options: CallOptions,
): Promise<ExitCode> {
  await requireChosen(context);
  const file = await readRegistryFile(context);
  const { id } = serverOf(file, serverId, options.transport);
  const args = await readArguments(options, context.terminal);
  const access = accessTo(file, id, options.client);
  const request = { serverId: id, method: 'tools/call', params: { name: tool, arguments: args } } as const;
  const result = await callAsClient(context, file, options.port, access, request);
  printJson(context.terminal, result);
  if (!isRecord(result) || result['isError'] !== true) return ExitCode.fine;
  context.terminal.err(`lmcp: the tool reports an error (isError in the result)\n`);
  return ExitCode.failed;
}
