import type { Tool } from '../../../catalog/tools.ts';
import { isObject, own } from '../../jsonrpc/message.ts';

/** A tool of `/mcp` without `taskSupport`, for a client or a server that doesn't support tasks. */
export function withoutTaskSupport(tool: Tool): Tool {
  const execution = own(tool, 'execution');
  if (!isObject(execution) || !Object.hasOwn(execution, 'taskSupport')) return tool;
  const { taskSupport: _support, ...rest } = execution;
  const { execution: _execution, ...bare } = tool;
  const named = { ...bare, name: tool.name };
  return Object.keys(rest).length === 0 ? named : { ...named, execution: rest };
}
