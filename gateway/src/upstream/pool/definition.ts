import type { Server } from '../../registry/types.ts';

/** What can change without a restart: it is looked at call by call, not by the running server. */
const looked = new Set([
  'timeouts',
  'toolPolicy',
  'clientRequests',
  'pinTools',
  'unlistedTools',
  'unlistedResources',
  'idleStopS',
  'lists',
]);

const known = new WeakMap<Server, string>();

/** The same text for two definitions that start the same server; compared by value, whatever the order of their keys. */
export function definitionOf(server: Server): string {
  let definition = known.get(server);
  if (definition === undefined) {
    const starting = Object.entries(server).filter(([key]) => !looked.has(key));
    definition = JSON.stringify(canonical(new Map(starting)));
    known.set(server, definition);
  }
  return definition;
}

export function sameDefinition(a: Server, b: Server): boolean {
  return a === b || definitionOf(a) === definitionOf(b);
}

function canonical(value: unknown): unknown {
  if (value instanceof URL) return value.href;
  if (value instanceof Set)
    return ['set', ...[...value].map((item) => JSON.stringify(canonical(item))).sort()];
  if (Array.isArray(value)) return ['list', ...value.map(canonical)];
  if (value instanceof Map) return ['map', ...sorted([...value])];
  if (typeof value === 'object' && value !== null) return ['map', ...sorted(Object.entries(value))];
  return value ?? null;
}

function sorted(entries: readonly (readonly [unknown, unknown])[]): unknown[] {
  return entries
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => [String(key), canonical(value)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
}
