/** A limit as it is typed: requests a minute, empty for none of its own. Undefined where it is no limit. */
export function readRateLimit(text: string): number | null | undefined {
  const typed = text.trim();
  if (typed === '') return null;
  const value = /^\d+$/.test(typed) ? Number(typed) : 0;
  return Number.isSafeInteger(value) && value > 0 ? value : undefined;
}
