import type { Tool } from '../tools.ts';
import { flag, isRecord, oneOf, record, text, type Fit } from './fit.ts';
import { described } from './described.ts';
import { objectSchema } from './objectSchema.ts';
import { parameterHeaderFault } from './parameterHeaders.ts';

/** A tool for `/mcp`. Without `tool` it is left out, since its definition would make a client lose the tools of all servers. */
export interface StrictTool {
  readonly tool: Tool | undefined;
  /** Differences from the server's definition; for a tool that is left out, its faults. */
  readonly repairs: readonly string[];
}

/** Clients use an output schema only to validate results; without one they don't. */
const outputSchema: Fit = (schema, path, repairs) =>
  isRecord(schema) && Object.keys(schema).length > 0 ? objectSchema(schema, path, repairs) : undefined;

/** Revisions up to 2025-11-25 allow only objects as results; 2026-07-28 allows any value. */
const anyOutputSchema: Fit = (schema) => (isRecord(schema) ? schema : undefined);

const members: Readonly<Record<string, Fit>> = {
  ...described,
  annotations: record({
    title: text,
    readOnlyHint: flag,
    destructiveHint: flag,
    idempotentHint: flag,
    openWorldHint: flag,
  }),
  execution: record({ taskSupport: oneOf('required', 'optional', 'forbidden') }),
};
const legacyMembers = record({ ...members, outputSchema });
const statelessMembers = record({ ...members, outputSchema: anyOutputSchema });

const legacy = new WeakMap<Tool, StrictTool>();
const stateless = new WeakMap<Tool, StrictTool>();

/**
 * A tool that the list parsers of strict clients accept. Most parse a list with one schema: a single invalid definition hides
 * every tool of every server. Repairs what can be repaired with certainty, removes invalid optional members, and returns a valid
 * tool unchanged.
 * @param era of the client: stateless ones accept any output schema
 */
export function strictTool(tool: Tool, era: 'legacy' | 'modern' = 'legacy'): StrictTool {
  const known = era === 'legacy' ? legacy : stateless;
  const found = known.get(tool) ?? repaired(tool, era === 'legacy' ? legacyMembers : statelessMembers);
  known.set(tool, found);
  return found;
}

function repaired(tool: Tool, optional: Fit): StrictTool {
  const repairs: string[] = [];
  const inputSchema = objectSchema(tool['inputSchema'], 'inputSchema', repairs);
  if (inputSchema === undefined)
    return { tool: undefined, repairs: ['inputSchema is not the schema of an object'] };
  const fault = parameterHeaderFault(inputSchema);
  if (fault !== undefined) return { tool: undefined, repairs: [fault] };
  const rest = optional(tool, '', repairs) as Tool;
  return { tool: inputSchema === tool['inputSchema'] ? rest : { ...rest, inputSchema }, repairs };
}
