import type { ToolsOf } from '../../access/knownTools.ts';
import { toolHint, type Tool } from '../../catalog/tools.ts';
import type { Catalog } from '../../catalog/catalog.ts';
import type { ToolMarks } from '../../pins/toolMarks.ts';

/** What each server offered when it was last asked, by any client, and what of it differs from what was approved. */
export function knownTools(catalog: Catalog, marks: ToolMarks): ToolsOf {
  return (serverId) => {
    const marked = marks.of(serverId);
    const tools = catalog.lastKnown(serverId);
    return (
      tools?.map((tool) => ({
        name: tool.name,
        mark: marked.get(tool.name)?.mark ?? null,
        hint: toolHint(tool),
        description: shortDescription(tool),
      })) ?? null
    );
  };
}

/** Enough for a row: the whole text is in the list of the server's tools. */
const maxDescription = 160;

function shortDescription({ description }: Tool): string | null {
  return typeof description === 'string' ? description.slice(0, maxDescription) : null;
}
