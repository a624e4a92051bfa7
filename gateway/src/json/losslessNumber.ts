/** A number kept as its own digits (what `JSON.rawJSON` makes): JSON.stringify writes it back unchanged. */
export interface RawJson {
  readonly rawJSON: string;
}

// ECMAScript's "JSON.parse source text access", in Node 24 but not yet in TypeScript's library.
interface JsonWithSource {
  rawJSON(text: string): RawJson;
  isRawJSON(value: unknown): value is RawJson;
}
const json = JSON as unknown as JsonWithSource;

const number = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/;

/**
 * The number that a JSON number is, or its own digits where a double is not written back like that.
 * @throws SyntaxError for what is no JSON number
 */
export function kept(source: string): number | RawJson {
  const value = Number(source);
  if (String(value) === source) return value;
  if (!number.test(source)) throw new SyntaxError('JSON has a malformed number');
  return json.rawJSON(source);
}

export function isRawJson(value: unknown): value is RawJson {
  return json.isRawJSON(value);
}

/** The number that a value is, also where its digits were kept; undefined for anything else. */
export function numberIn(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  return isRawJson(value) ? Number(value.rawJSON) : undefined;
}
