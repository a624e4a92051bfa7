import type { ToolDefinition } from '../catalog/tools.ts';
import type { Server } from '../registry/types.ts';
import type { Denied, Undecided } from './check.ts';

/** With `pin_tools` only a tool that the server describes as it was approved may be called. */
export function decidePinning(
  server: Server,
  definition: ToolDefinition,
): Denied<'tool_not_approved'> | Undecided | undefined {
  if (!server.pinTools || definition === 'approved') return undefined;
  const rule = `servers.${server.id}.pin_tools`;
  return definition === 'unknown'
    ? { allowed: null, reason: null, rule }
    : { allowed: false, reason: 'tool_not_approved', rule };
}
