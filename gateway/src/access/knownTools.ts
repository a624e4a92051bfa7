import type { ToolDefinition, ToolHint } from '../catalog/tools.ts';
import type { ToolMark } from '../api/access.ts';

/** A tool that a server offered when it was last asked. */
export interface KnownTool {
  /** The server's own name. */
  readonly name: string;
  /** How it differs from its approved definition; null where it does not. */
  readonly mark: ToolMark | null;
  /** What the server says that it does, which nothing verifies; absent where nobody asked. */
  readonly hint?: ToolHint | null;
  readonly description?: string | null;
}

/** What a server offered when it was last asked, by any client; null when it never was. */
export type ToolsOf = (serverId: string) => readonly KnownTool[] | null;

/** How these tools' definitions compare with the approved ones, by name. */
export function definitionsIn(known: readonly KnownTool[] | null): (tool: string) => ToolDefinition {
  if (known === null) return () => 'unknown';
  const marks = new Map(known.map(({ name, mark }) => [name, mark]));
  return (tool) => (marks.has(tool) ? (marks.get(tool) ?? 'approved') : 'unlisted');
}
