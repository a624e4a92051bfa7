/** Text that is written unchanged: printable ASCII without the two characters JSON escapes. */
const plain = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;
/** Controls, format characters (bidi, zero width, tags) and line separators: legal in JSON, misleading on a terminal. */
const misleading = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
/** Any escape sequence of JSON; those of lone surrogates are what JSON.stringify leaves of broken UTF-16. */
const escape = /\\(?:u[0-9a-f]{4}|.)/g;

const ID_LIMIT = 256;

/** A JSON string (or `null`) for an id that may be hostile: at most 256 characters, well formed, nothing invisible. */
export function jsonId(value: string | null | undefined): string {
  return value === null || value === undefined ? 'null' : jsonString(cutId(value));
}

/** A JSON string as it is in a line: well formed, nothing invisible. */
export function jsonString(value: string): string {
  return plain.test(value) ? `"${value}"` : escapeMisleading(JSON.stringify(value.toWellFormed()));
}

function cutId(value: string): string {
  if (value.length <= ID_LIMIT) return value;
  return `${value.slice(0, ID_LIMIT)}[cut: ${value.length} characters]`;
}

/** A JSON object (or `null`) for a detail; what can't be serialized is replaced by a mark, so that the line still exists. */
export function jsonDetail(detail: Readonly<Record<string, unknown>> | null | undefined): string {
  if (detail === null || detail === undefined) return 'null';
  const text = serialize(detail);
  if (text === undefined) return '{"unserializable":true}';
  const formed = text.includes('\\ud') ? text.replace(escape, replaceLoneSurrogate) : text;
  return escapeMisleading(formed);
}

function serialize(detail: Readonly<Record<string, unknown>>): string | undefined {
  try {
    const text = JSON.stringify(detail) as string | undefined;
    return text?.startsWith('{') === true ? text : undefined;
  } catch {
    return undefined;
  }
}

function replaceLoneSurrogate(sequence: string): string {
  return /^\\ud[89a-f]/.test(sequence) ? '\ufffd' : sequence;
}

function escapeMisleading(json: string): string {
  return json.replace(misleading, (character) =>
    Array.from({ length: character.length }, (_, i) => unicodeEscape(character.charCodeAt(i))).join(''),
  );
}

function unicodeEscape(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`;
}
