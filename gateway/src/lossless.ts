/** A number kept as its own digits (what `JSON.rawJSON` makes): JSON.stringify writes it back as it stood. */
export interface RawJson {
  readonly rawJSON: string;
}

/** Deeper than anything people write, far above it `JSON.stringify` and every walk over a value run out of stack. */
export const maxJsonDepth = 1_000;

// ECMAScript's "JSON.parse source text access", in Node 24 but not yet in TypeScript's library.
interface JsonWithSource {
  rawJSON(text: string): RawJson;
  isRawJSON(value: unknown): value is RawJson;
  parse(
    text: string,
    reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
  ): unknown;
}
const json = JSON as unknown as JsonWithSource;

/** Numbers that a double may not carry: more than 15 significant digits, or an exponent. */
const suspicious = /[0-9.]{16}|[0-9][eE][+-]?[0-9]/;

/**
 * JSON.parse that loses no digit: a number that a double would change is kept as raw JSON, so that what is passed on is what
 * came in. Keys such as `__proto__` stay own properties.
 * @throws SyntaxError for text that is no JSON, or that is nested deeper than {@link maxJsonDepth}
 */
export function parseLossless(text: string): unknown {
  const value = parseBounded(text);
  return suspicious.test(text) ? json.parse(text, keepDigits) : value;
}

/**
 * JSON.parse for values that are walked afterwards.
 * @throws SyntaxError for text that is no JSON, or that is nested deeper than {@link maxJsonDepth}
 */
export function parseBounded(text: string): unknown {
  const value: unknown = JSON.parse(text);
  // Every level takes a bracket and its counterpart: a short text cannot be too deep.
  if (text.length > 2 * maxJsonDepth) assertDepth(value, 0);
  return value;
}

export function isRawJson(value: unknown): value is RawJson {
  return json.isRawJSON(value);
}

/** The number that a value is, also where its digits were kept (`1.0` beside a long number); undefined for anything else. */
export function numberIn(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  return isRawJson(value) ? Number(value.rawJSON) : undefined;
}

function keepDigits(_key: string, value: unknown, context: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || context.source === undefined) return value;
  return String(value) === context.source ? value : json.rawJSON(context.source);
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
