/** A JSON text as it is sent: in one piece, or around bytes that many answers have in common and that none copies. */
export type JsonText = string | JoinedJson;

/** `before`, `bytes` and `after` are one JSON text; the bytes are UTF-8 in which no line ends. */
export interface JoinedJson {
  readonly before: string;
  readonly bytes: Buffer;
  readonly after: string;
  /** Keeps the bytes counted as held memory until the function that it returns is called; undefined where nobody counts them. */
  readonly keep: () => (() => void) | undefined;
}

/** In UTF-8. */
export function jsonByteLength(text: JsonText): number {
  if (typeof text === 'string') return Buffer.byteLength(text);
  return Buffer.byteLength(text.before) + text.bytes.length + Buffer.byteLength(text.after);
}

/** What is written one after the other. */
export function jsonParts(text: JsonText): readonly (string | Buffer)[] {
  return typeof text === 'string' ? [text] : [text.before, text.bytes, text.after];
}

/** In one piece, for where a text becomes part of another. */
export function wholeJson(text: JsonText): string {
  if (typeof text === 'string') return text;
  return `${text.before}${text.bytes.toString()}${text.after}`;
}
