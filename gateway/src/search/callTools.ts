import { toolHint, type Tool } from '../catalog/tools.ts';

/** The calling tools. Applications ask for approval by tool name, so reading is separate from destroying. */
export const callTools = ['call_read_tool', 'call_write_tool', 'call_destructive_tool'] as const;
export type CallTool = (typeof callTools)[number];

/** The calling tool for a tool, by its annotations; a tool without annotations counts as writing. */
export function callToolFor(tool: Tool | undefined): CallTool {
  const hint = tool && toolHint(tool);
  if (hint === 'destructive') return 'call_destructive_tool';
  return hint === 'read_only' ? 'call_read_tool' : 'call_write_tool';
}
