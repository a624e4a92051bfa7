import type { ServerTool } from 'lmcp-gateway/src/api/servers.ts';

/** One part of a tool's definition, before and after, as text. */
export interface FieldChange {
  readonly label: string;
  readonly before: string;
  readonly after: string;
}

const fields = [
  ['Title', 'title'],
  ['Description', 'description'],
  ['Input schema', 'input_schema'],
  ['Output schema', 'output_schema'],
  ['Annotations', 'annotations'],
  ['Other', 'other'],
] as const;

/** What differs from the approved definition; of a tool that was never approved, or whose approved text is not known, all of it. */
export function toolChanges(tool: ServerTool): FieldChange[] {
  return fields
    .map(([label, key]) => ({ label, before: textOf(tool.approved?.[key]), after: textOf(tool[key]) }))
    .filter(({ before, after }) => before !== after);
}

/** The order of members means nothing in JSON: a new order is no change. */
function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(sorted(value), null, 2);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, one]) => [key, sorted(one)]),
  );
}
