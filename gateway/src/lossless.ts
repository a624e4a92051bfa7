/** A number kept as its own digits (what `JSON.rawJSON` makes): JSON.stringify writes it back as it stood. */
export interface RawJson {
  readonly rawJSON: string;
}

// ECMAScript's "JSON.parse source text access", in Node 24 but not yet in TypeScript's library.
interface JsonWithSource {
  rawJSON(text: string): RawJson;
  isRawJSON(value: unknown): value is RawJson;
  parse(text: string, reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown): unknown;
}
const json = JSON as unknown as JsonWithSource;

/** Numbers that a double may not carry: many digits, or an exponent. */
const suspicious = /[0-9]{16}|[0-9][eE]|[0-9]\.[0-9]{15}/;

/**
 * JSON.parse that loses no digit: a number that a double would change is kept as raw JSON, so that what is passed on is what
 * came in.
 * @throws SyntaxError for text that is no JSON; RangeError where it is nested too deep to be walked
 */
export function parseLossless(text: string): unknown {
  return suspicious.test(text) ? json.parse(text, keepDigits) : JSON.parse(text);
}

export function isRawJson(value: unknown): value is RawJson {
  return json.isRawJSON(value);
}

function keepDigits(_key: string, value: unknown, context: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || context.source === undefined) return value;
  return String(value) === context.source ? value : json.rawJSON(context.source);
}
