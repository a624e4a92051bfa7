import { toolHint, type Tool } from '../catalog/tools.ts';

/** The tools that call others. Applications let people approve by name, so what only reads is apart from what destroys. */
export const callTools = ['call_read_tool', 'call_write_tool', 'call_destructive_tool'] as const;
export type CallTool = (typeof callTools)[number];

/** Which of them takes a tool, by the annotations of its server; one that says nothing writes. */
export function callToolFor(tool: Tool | undefined): CallTool {
  const hint = tool && toolHint(tool);
  if (hint === 'destructive') return 'call_destructive_tool';
  return hint === 'read_only' ? 'call_read_tool' : 'call_write_tool';
}
