/** Whether a parsed value is a JSON object. One that stands for a number beyond a double counts: see `isRawJson`. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
