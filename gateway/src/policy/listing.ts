import type { ToolDefinition } from '../catalog/tools.ts';
import type { Server } from '../registry/types.ts';
import type { Denied, Undecided } from './check.ts';

/** Only a tool that the server lists may be called, unless the server has `unlisted_tools: allow`. */
export function decideListing(
  server: Server,
  definition: ToolDefinition,
): Denied<'tool_not_listed'> | Undecided | undefined {
  if (server.unlistedTools === 'allow') return undefined;
  const rule = `servers.${server.id}.unlisted_tools`;
  if (definition === 'unlisted') return { allowed: false, reason: 'tool_not_listed', rule };
  return definition === 'unknown' ? { allowed: null, reason: null, rule } : undefined;
}
