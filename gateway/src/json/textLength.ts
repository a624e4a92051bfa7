/**
 * Whether the JSON text of a value is longer than that many UTF-16 units, estimated from its strings and the number of its values.
 * Visits only as much of the value as it takes to know.
 */
export function isTextLonger(value: unknown, units: number): boolean {
  return remaining(value, units) < 0;
}

function remaining(value: unknown, units: number): number {
  if (typeof value === 'string') return units - value.length - 2;
  if (typeof value !== 'object' || value === null) return units - 1;
  let left = units - 2;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length && left >= 0; i++) left = remaining(value[i], left - 1);
    return left;
  }
  for (const key in value) {
    if (left < 0) break;
    left = remaining((value as Record<string, unknown>)[key], left - key.length - 4);
  }
  return left;
}
