import { LosslessReader, maxJsonDepth } from './losslessReader.ts';

/** Numbers that a double may not carry: more than 15 significant digits, or an exponent. */
const suspicious = /[0-9.]{16}|[0-9][eE][+-]?[0-9]/;

/**
 * JSON.parse that loses no digit: a number that a double would change is kept as raw JSON, so that what is passed on is what
 * came in. Keys such as `__proto__` stay own properties. For large texts: {@link readInSlices}.
 * @throws SyntaxError for text that is not JSON, or that is nested deeper than {@link maxJsonDepth}
 */
export function parseLossless(text: string): unknown {
  if (!suspicious.test(text)) return parseBounded(text);
  const reader = new LosslessReader(text);
  reader.read(Infinity);
  return reader.value;
}

/**
 * JSON.parse for values that are walked afterwards.
 * @throws SyntaxError for text that is not JSON, or that is nested deeper than {@link maxJsonDepth}
 */
export function parseBounded(text: string): unknown {
  const value: unknown = JSON.parse(text);
  // Every level takes a bracket and its counterpart: a short text cannot be too deep.
  if (text.length > 2 * maxJsonDepth) assertDepth(value, 0);
  return value;
}

function assertDepth(value: unknown, depth: number): void {
  if (typeof value !== 'object' || value === null) return;
  if (depth >= maxJsonDepth) throw new SyntaxError(`JSON is nested deeper than ${maxJsonDepth} levels`);
  if (Array.isArray(value)) {
    for (const item of value) assertDepth(item, depth + 1);
    return;
  }
  const record = value as Record<string, unknown>;
  for (const key of Object.keys(record)) assertDepth(record[key], depth + 1);
}
