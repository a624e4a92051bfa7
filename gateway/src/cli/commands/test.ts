import { printJson } from '../output/printJson.ts';
import { isRecord } from '../../json/isRecord.ts';
import { accessTo, serverOf } from '../live/clientAccess.ts';
import { ExitCode } from '../exitCodes.ts';
import { printLastLines } from '../live/lastLines.ts';
import { oneLine } from '../output/printer.ts';
import type { CommandContext } from '../commandContext.ts';
import { requireChosen } from '../registry/chosenRegistry.ts';
import { readRegistryFile } from '../registry/registryFile.ts';
import { callAsClient } from '../live/request/callAsClient.ts';
import { styleOf } from '../output/style.ts';

interface TestOptions {
  readonly client?: string;
  readonly transport?: string;
  readonly port?: number;
  readonly json?: true;
}

/** `lmcp test <server>`: starts or reaches it through every check, and lists the tools that the client may call. */
export async function test(
  context: CommandContext,
  serverId: string,
  options: TestOptions,
): Promise<ExitCode> {
  await requireChosen(context);
  const file = await readRegistryFile(context);
  const server = serverOf(file, serverId, options.transport);
  const { terminal } = context;
  const access = accessTo(file, server.id, options.client);
  const request = { serverId: server.id, method: 'tools/list', params: {} } as const;
  const result = await callAsClient(context, file, options.port, access, request).catch(
    async (error: unknown) => {
      await printLastLines(terminal, file, server.id);
      throw error;
    },
  );
  if (options.json === true) {
    printJson(terminal, result);
    return ExitCode.fine;
  }
  const tools = toolsOf(result);
  const style = styleOf(terminal, 'stdout');
  const count = `${tools.length} tool${tools.length === 1 ? '' : 's'}`;
  terminal.out(
    `${style.good('works')}: ${server.id} (${server.transport}) shows ${count} to ${access.clientId}\n`,
  );
  for (const { name, about } of tools)
    terminal.out(`  ${name}${about === '' ? '' : style.dim(`  ${about}`)}\n`);
  return ExitCode.fine;
}

function toolsOf(result: unknown): readonly { readonly name: string; readonly about: string }[] {
  const tools: unknown = isRecord(result) ? result['tools'] : undefined;
  if (!Array.isArray(tools)) return [];
  return tools.filter(isRecord).map(({ name, description }) => ({
    name: oneLine(typeof name === 'string' ? name : ''),
    about: firstLine(typeof description === 'string' ? description : ''),
  }));
}

function firstLine(text: string): string {
  const line = text.trim().split(/[\r\n]/, 1)[0] ?? '';
  return oneLine(line.length > 100 ? `${line.slice(0, 99)}…` : line);
}
