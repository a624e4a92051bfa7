import type { ExposedTool } from '../../catalog/expose.ts';
import { UpstreamError } from '../../errors.ts';
import type { Server } from '../../registry/types.ts';
import type { UpstreamPool } from '../../upstream/types.ts';
import { ownerOf, type Caller } from '../call/caller.ts';
import { isObject, own } from '../jsonrpc/message.ts';
import { tasksOf } from '../tasks/support.ts';

/** Tools of `/mcp` as this caller can run them: where it or the server knows no tasks, a tool does not say that it can be one. */
export async function withTaskSupport(
  pool: UpstreamPool,
  caller: Caller,
  servers: readonly Server[],
  tools: readonly ExposedTool[],
): Promise<readonly ExposedTool[]> {
  const concerned = new Set(tools.filter(saysSupport).map(({ address }) => address.serverId));
  if (concerned.size === 0) return tools;
  const able = new Set<string>();
  if (caller.era.supportsTasks) {
    const asked = servers.filter(({ id }) => concerned.has(id));
    const found = await Promise.all(asked.map((server) => takesTasks(pool, caller, server)));
    for (const [index, { id }] of asked.entries()) if (found[index] === true) able.add(id);
  }
  return tools.map((one) =>
    !saysSupport(one) || able.has(one.address.serverId) ? one : withoutSupport(one),
  );
}

/** Its list has just come from this instance, so it runs; one that has ended since is asked for its tasks in vain. */
async function takesTasks(pool: UpstreamPool, caller: Caller, server: Server): Promise<boolean> {
  try {
    return tasksOf(await pool.acquire(server, ownerOf(caller)))?.call === true;
  } catch (error) {
    if (error instanceof UpstreamError) return false;
    throw error;
  }
}

function saysSupport({ tool }: ExposedTool): boolean {
  const execution = own(tool, 'execution');
  return isObject(execution) && Object.hasOwn(execution, 'taskSupport');
}

function withoutSupport({ address, tool }: ExposedTool): ExposedTool {
  const { taskSupport: _support, ...rest } = tool['execution'] as Readonly<Record<string, unknown>>;
  const { execution: _execution, ...bare } = tool;
  const named = { ...bare, name: tool.name };
  return { address, tool: Object.keys(rest).length === 0 ? named : { ...named, execution: rest } };
}
