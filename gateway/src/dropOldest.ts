/** Bounds a Map by removing what was added to it first. @returns how many entries were removed */
export function dropOldest(map: Map<unknown, unknown>, max: number): number {
  let dropped = 0;
  for (const key of map.keys()) {
    if (map.size <= max) break;
    map.delete(key);
    dropped += 1;
  }
  return dropped;
}
