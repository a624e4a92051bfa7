import type { Tool } from '../tools.ts';
import { flag, isRecord, oneOf, record, text, type Fit } from './fit.ts';
import { described } from './described.ts';
import { objectSchema } from './objectSchema.ts';
import { parameterHeaderFault } from './parameterHeaders.ts';

/** A tool as `/mcp` offers it. Without `tool` it is left out, as its definition would cost a client the tools of all servers. */
export interface StrictTool {
  readonly tool: Tool | undefined;
  /** What differs from the server's definition; for a tool that is left out, what is wrong with it. */
  readonly repairs: readonly string[];
}

/** A schema of results is for the client's own checks: without one it makes none. */
const outputSchema: Fit = (schema, path, repairs) =>
  isRecord(schema) && Object.keys(schema).length > 0 ? objectSchema(schema, path, repairs) : undefined;

/** Revisions up to 2025-11-25 know results that are objects; 2026-07-28 any. */
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
 * A tool as the list parsers of strict clients accept it. Most read a list with one schema: a single definition that does not
 * fit hides every tool of every server. Repaired is what can be repaired with certainty; optional members that do not fit
 * are removed. One that fits is given as it is.
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
