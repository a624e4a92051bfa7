import type { ToolDefinition } from '../catalog/tools.ts';
import type { Server } from '../registry/types.ts';
import type { Denied } from './check.ts';

/** Only a tool that the server lists may be called, unless the server has `unlisted_tools: allow`. */
export function decideListing(
  server: Server,
  definition: ToolDefinition,
): Denied<'tool_not_listed'> | undefined {
  if (definition !== 'unlisted' || server.unlistedTools === 'allow') return undefined;
  return { allowed: false, reason: 'tool_not_listed', rule: `servers.${server.id}.unlisted_tools` };
}
