import { isRecord } from '../json/isRecord.ts';
import { hash } from 'node:crypto';
import type { Tool } from '../catalog/tools.ts';

/** A tool's definition as digests: one for each part, by the part's name. */
export type Definition = ReadonlyMap<string, string>;

/** Parts reported by name; all other members count as `other`. */
const parts = new Map([
  ['title', 'title'],
  ['description', 'description'],
  ['inputSchema', 'input_schema'],
  ['outputSchema', 'output_schema'],
  ['annotations', 'annotations'],
]);

export function definitionOf(tool: Tool): Definition {
  const others = Object.entries(tool).filter(([key]) => key !== 'name' && !parts.has(key));
  const named = [...parts].filter(([key]) => Object.hasOwn(tool, key));
  return new Map([
    ...named.map(([key, part]): [string, string] => [part, digest(tool[key])]),
    ...(others.length > 0 ? [['other', digest(Object.fromEntries(others))] as const] : []),
  ]);
}

/** One digest of the whole definition, which approvals refer to. */
export function definitionDigest(definition: Definition): string {
  return digest([...definition].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The names of the parts that differ, sorted. */
export function changedParts(before: Definition, now: Definition): string[] {
  const names = new Set([...before.keys(), ...now.keys()]);
  return [...names].filter((name) => before.get(name) !== now.get(name)).sort();
}

/** The order of keys has no meaning in JSON, and servers may send any. */
function digest(value: unknown): string {
  const text = JSON.stringify(value, (_key, part: unknown) =>
    isRecord(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : part,
  );
  return hash('sha256', text, 'base64url');
}
