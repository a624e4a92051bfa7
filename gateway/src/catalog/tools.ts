import { isRecord } from '../json/isRecord.ts';
import type { NamedItem } from './items.ts';

/** A tool as its server describes it: `name` is checked, everything else is forwarded unchanged. */
export type Tool = NamedItem;

/** How a listed tool compares with its approved definition. */
export type ListedDefinition = 'approved' | 'new' | 'changed';

/** `listed`: the server lists it, without a comparison; `unlisted`: it lists no such tool; `unknown`: it was not asked. */
export type ToolDefinition = ListedDefinition | 'listed' | 'unlisted' | 'unknown';

/** The effect that a tool's annotations declare. They are unverified hints of the server. */
export type ToolHint = 'read_only' | 'destructive';

/** Null if the annotations declare neither; a tool that declares both counts as destructive. */
export function toolHint({ annotations }: Tool): ToolHint | null {
  if (!isRecord(annotations)) return null;
  if (annotations['destructiveHint'] === true) return 'destructive';
  return annotations['readOnlyHint'] === true ? 'read_only' : null;
}
