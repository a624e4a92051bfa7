/**
 * Text from elsewhere (a tool's name, a server's message, an audit field) fit for a terminal: what could move the cursor,
 * recolour, or reorder what is read is written as an escape.
 */
export function printable(text: string): string {
  return text.replace(
    /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
