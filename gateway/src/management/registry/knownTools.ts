import type { ToolsOf } from '../../access/knownTools.ts';
import type { Catalog } from '../../catalog/catalog.ts';
import type { ToolMarks } from '../../pins/toolMarks.ts';

/** What each server offered when it was last asked, by any client, and what of it differs from what was approved. */
export function knownTools(catalog: Catalog, marks: ToolMarks): ToolsOf {
  return (serverId) => {
    const marked = marks.of(serverId);
    const tools = catalog.lastKnown(serverId);
    return tools?.map(({ name }) => ({ name, mark: marked.get(name)?.mark ?? null })) ?? null;
  };
}
