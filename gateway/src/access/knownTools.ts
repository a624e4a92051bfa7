import type { ToolDefinition, ToolHint } from '../catalog/tools.ts';
import type { ToolMark } from '../api/access.ts';

/** A tool that a server last listed. */
export interface KnownTool {
  /** The server's own name. */
  readonly name: string;
  /** How it differs from its approved definition; null if it doesn't. */
  readonly mark: ToolMark | null;
  /** The effect that the server declares, unverified; absent if not requested. */
  readonly hint?: ToolHint | null;
  readonly description?: string | null;
}

/** The tools that a server last listed to any client; null if it was never asked. */
export type ToolsOf = (serverId: string) => readonly KnownTool[] | null;

/** How these tools' definitions compare with the approved ones, by name. */
export function definitionsIn(known: readonly KnownTool[] | null): (tool: string) => ToolDefinition {
  if (known === null) return () => 'unknown';
  const marks = new Map(known.map(({ name, mark }) => [name, mark]));
  return (tool) => (marks.has(tool) ? (marks.get(tool) ?? 'approved') : 'unlisted');
}
