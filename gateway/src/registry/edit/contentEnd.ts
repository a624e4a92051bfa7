import { isCollection, isMap, isNode, type Pair } from 'yaml';

/**
 * Where the content of a YAML node ends, as an offset in its text. A collection's own end may be behind comments that follow it: its last
 * part's end does not.
 * @param end of the node itself
 */
export function contentEnd(end: number, node: unknown): number {
  if (!isCollection(node) || node.flow === true) return end;
  const last: unknown = node.items.at(-1);
  const value = isMap(node) ? (last as Pair | undefined)?.value : last;
  if (!isNode(value) || value.range === undefined || value.range === null) return end;
  return contentEnd(value.range[1], value);
}
