import { isRecord } from '../json/isRecord.ts';
import type { NamedItem } from './items.ts';

/** A tool as its server describes it: `name` is checked, all else is passed on as it came. */
export type Tool = NamedItem;

/** How a listed tool compares with its approved definition. */
export type ListedDefinition = 'approved' | 'new' | 'changed';

/** `listed`: the server lists it, and nobody asked for more; `unlisted`: it lists no such tool; `unknown`: it was not asked. */
export type ToolDefinition = ListedDefinition | 'listed' | 'unlisted' | 'unknown';

/** What a tool's annotations say that it does. They are hints of the server: nothing verifies them. */
export type ToolHint = 'read_only' | 'destructive';

/** Null where the annotations say neither; one that claims both destroys. */
export function toolHint({ annotations }: Tool): ToolHint | null {
  if (!isRecord(annotations)) return null;
  if (annotations['destructiveHint'] === true) return 'destructive';
  return annotations['readOnlyHint'] === true ? 'read_only' : null;
}
