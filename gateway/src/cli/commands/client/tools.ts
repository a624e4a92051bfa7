import type { ClientToolsAnswer } from '../../../api/tools/clientTools.ts';
import { oneLine } from '../../output/printer.ts';
import type { CommandContext } from '../../commandContext.ts';
import { ExitCode } from '../../exitCodes.ts';
import { managementRequest } from '../../live/request/managementRequest.ts';
import { printJson } from '../../output/printJson.ts';
import { styleOf } from '../../output/style.ts';
import { table } from '../../output/table.ts';
import { readRegistryFile } from '../../registry/registryFile.ts';

/**
 * `lmcp tools list --client <id>`: how large its list is, which servers make it up, and whether its applications support that
 * number.
 */
export async function clientToolsList(
  context: CommandContext,
  clientId: string,
  json: boolean,
): Promise<ExitCode> {
  const path = `/management/clients/${encodeURIComponent(clientId)}/tools`;
  const answer = (await managementRequest(
    await readRegistryFile(context),
    path,
  )) as unknown as ClientToolsAnswer;
  const { terminal } = context;
  if (json) {
    printJson(terminal, answer);
    return ExitCode.fine;
  }
  terminal.out(clientToolsText(answer, (rows) => table(rows, styleOf(terminal, 'stdout'), '')));
  for (const line of warningsOf(answer)) terminal.err(`lmcp: ${line}\n`);
  return ExitCode.fine;
}

type Size = ClientToolsAnswer['allowed'];

export function clientToolsText(
  { client_id: id, mode, descriptions, allowed, listed, servers }: ClientToolsAnswer,
  tableOf: (rows: string[][]) => string,
): string {
  const rows = servers.map(({ server_id: server, ...size }) => [oneLine(server), ...cellsOf(size)]);
  return (
    `${oneLine(id)} may use ${textOf(allowed)}; listed (${mode}${descriptions === 'short' ? ', short descriptions' : ''}): ${textOf(listed)}\n` +
    tableOf([['SERVER', 'TOOLS', 'KB', 'TOKENS'], ...rows])
  );
}

/** Applications that take fewer tools than they are listed. */
export function warningsOf({ listed, applications }: ClientToolsAnswer): string[] {
  return applications.flatMap(({ name, limit }) =>
    limit === null || listed.tools <= limit
      ? []
      : `${oneLine(name)} takes ${limit} tools and is listed ${listed.tools}: set tools: auto for this client, or grant it fewer servers`,
  );
}

function textOf(size: Size): string {
  const [tools = '', kilobytes = '', tokens = ''] = cellsOf(size);
  return `${tools} tool${size.tools === 1 ? '' : 's'}, ${kilobytes} KB, about ${tokens} tokens`;
}

function cellsOf({ tools, bytes, tokens }: Size): string[] {
  return [String(tools), (bytes / 1024).toFixed(1), String(tokens)];
}
