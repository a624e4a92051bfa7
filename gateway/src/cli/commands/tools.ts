import { printJson } from '../output/printJson.ts';
import type { ServerTool } from '../../api/servers.ts';
import { ExitCode, usageFailure } from '../exitCodes.ts';
import { GatewayRejection } from '../live/request/askManagement.ts';
import { managementRequest } from '../live/request/managementRequest.ts';
import { serverPath, toolsOf } from '../live/serverTools.ts';
import { oneLine } from '../output/printer.ts';
import type { CommandContext } from '../commandContext.ts';
import { readRegistryFile, type RegistryFile } from '../registry/registryFile.ts';
import { clientToolsList } from './client/tools.ts';
import { styleOf } from '../output/style.ts';
import { table } from '../output/table.ts';

/** `lmcp tools list <server>`: what it offers, and what is new, changed or blocked. With `--client`: see `clientToolsList`. */
export async function toolsList(
  context: CommandContext,
  serverId: string,
  options: { readonly json?: true; readonly client?: string },
): Promise<ExitCode> {
  if ((serverId === '') === (options.client === undefined))
    throw usageFailure('name a server, or a client with --client');
  if (options.client !== undefined) return clientToolsList(context, options.client, options.json === true);
  const tools = (await toolsOf(await serverFile(context, serverId), serverId)) ?? [];
  const { terminal } = context;
  if (options.json === true) {
    printJson(terminal, tools);
    return ExitCode.fine;
  }
  const rows = tools.map((tool) => [oneLine(tool.name), stateOf(tool)]);
  terminal.out(table([['TOOL', 'STATE'], ...rows], styleOf(terminal, 'stdout'), ''));
  return ExitCode.fine;
}

/** `lmcp tools refresh [server]`: reads what it lists again; without a name (`''`) all of them, one after the other. */
export async function toolsRefresh(context: CommandContext, serverId: string): Promise<ExitCode> {
  const file = serverId === '' ? await readRegistryFile(context) : await serverFile(context, serverId);
  const { terminal } = context;
  let failed = false;
  for (const id of serverId === '' ? file.registry.servers.keys() : [serverId]) {
    try {
      await managementRequest(file, `${serverPath(id)}/refresh`, {});
      const tools = (await toolsOf(file, id)) ?? [];
      terminal.out(`${id}: ${tools.length} tool${tools.length === 1 ? '' : 's'}\n`);
    } catch (error) {
      // What one of several servers fails at is told beside the others.
      if (!(error instanceof GatewayRejection) || serverId !== '') throw error;
      failed = true;
      terminal.err(`${id}: ${oneLine(error.message)}\n`);
    }
  }
  return failed ? ExitCode.failed : ExitCode.fine;
}

/** `lmcp tools approve <server> [tool…]`: these tools (all, with --all) are approved as they are now. */
export async function toolsApprove(
  context: CommandContext,
  serverId: string,
  names: readonly string[],
  options: { readonly all?: true },
): Promise<ExitCode> {
  if ((names.length === 0) !== (options.all === true)) {
    throw usageFailure('name the tools to approve, or give --all; `lmcp tools list` shows what waits');
  }
  const file = await serverFile(context, serverId);
  const tools = (await toolsOf(file, serverId)) ?? [];
  const waiting = tools.filter(
    ({ name, mark }) => mark !== null && (options.all === true || names.includes(name)),
  );
  // What is approved is what is shown here: a definition that changes in between is rejected.
  for (const tool of waiting) context.terminal.err(shown(tool));
  await managementRequest(file, `${serverPath(serverId)}/acknowledge`, {
    tools: options.all === true ? null : names,
    digests: Object.fromEntries(waiting.map(({ name, digest }) => [name, digest])),
  });
  const approved = waiting.map(({ name }) => name);
  const message = approved.length === 0 ? 'nothing waited for approval' : `approved: ${approved.join(', ')}`;
  context.terminal.out(`${oneLine(message)}\n`);
  return ExitCode.fine;
}

/** `lmcp tools revoke <server> <tool…>`: what was approved before the last approval is the approved definition again. */
export async function toolsRevoke(
  context: CommandContext,
  serverId: string,
  names: readonly string[],
): Promise<ExitCode> {
  const file = await serverFile(context, serverId);
  await managementRequest(file, `${serverPath(serverId)}/revoke`, { tools: names });
  const tools = (await toolsOf(file, serverId)) ?? [];
  for (const tool of tools.filter(({ name }) => names.includes(name)))
    context.terminal.out(`${oneLine(tool.name)}: ${stateOf(tool)}\n`);
  return ExitCode.fine;
}

async function serverFile(context: CommandContext, serverId: string): Promise<RegistryFile> {
  const file = await readRegistryFile(context);
  if (file.registry.servers.has(serverId)) return file;
  throw usageFailure(`the registry has no server ${JSON.stringify(serverId)}`);
}

function shown(tool: ServerTool): string {
  const { name, description, input_schema: schema } = tool;
  return `${oneLine(`${name} (${stateOf(tool)}): ${description ?? 'no description'}`)}\n  ${JSON.stringify(schema)}\n`;
}

function stateOf({ mark, changed_fields: changed, blocked, rejected }: ServerTool): string {
  if (mark === null) return 'approved';
  const what = mark === 'changed' ? `changed: ${changed.join(', ')}` : 'new';
  if (rejected) return `${what}; rejected`;
  return blocked ? `${what}; pending approval` : what;
}
