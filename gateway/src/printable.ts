/**
 * What could move the cursor, recolour, reorder or hide what is read: C0 and C1 controls, format characters (bidirectional marks,
 * tags, zero width), separators of lines, everything that is invisible by default, halves of surrogate pairs.
 */
const misleading = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]/gu;

/**
 * Foreign text (a tool's name, a server's message, an audit field) fit for one line of a terminal: what is misleading is
 * written as an escape, within JSON one of the same meaning.
 */
export function printable(text: string): string {
  return text.replace(misleading, escapeOf);
}

/** The same for text of several lines, which stay lines. */
export function printableLines(text: string): string {
  return text.replace(misleading, (character, at: number) =>
    character === '\n' || (character === '\r' && text[at + 1] === '\n') ? character : escapeOf(character),
  );
}

/** The same in as many columns. */
export function printableColumns(text: string): string {
  return text.replaceAll('\t', ' ').replace(misleading, (character) => '·'.repeat(character.length));
}

function escapeOf(character: string): string {
  return Array.from(
    { length: character.length },
    (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`,
  ).join('');
}
