/** A run of text that reads as it is, or one character that would not be seen or that turns the line around. */
export interface TextPart {
  readonly kind: 'plain' | 'hidden';
  readonly text: string;
}

// Everything in Unicode category C (controls, bidi and zero-width formats, tags, private use, unassigned, lone
// surrogates), line and paragraph separators, variation selectors, and letters that are drawn as nothing.
const hidden =
  /[\p{C}\p{Zl}\p{Zp}]|\u{34F}|[\u{115F}\u{1160}\u{2800}\u{3164}\u{FFA0}]|\u{17B4}|\u{17B5}|[\u{180B}-\u{180F}]|[\u{FE00}-\u{FE0F}]|[\u{E0100}-\u{E01EF}]/u;
const pictograph = /\p{Extended_Pictographic}|\p{Emoji_Modifier}/u;

/**
 * Splits text of unknown origin so that what can't be seen can be shown. Newlines and tabs count as plain where
 * `multiline` is set; joiners and variation selectors inside an emoji do always.
 */
export function textParts(text: string, options: { multiline?: boolean } = {}): TextPart[] {
  const characters = [...text];
  const parts: TextPart[] = [];
  let plain = '';
  characters.forEach((character, index) => {
    if (!isHidden(character, characters[index - 1], options.multiline === true)) {
      plain += character;
      return;
    }
    if (plain !== '') parts.push({ kind: 'plain', text: plain });
    plain = '';
    parts.push({ kind: 'hidden', text: codePoint(character) });
  });
  if (plain !== '') parts.push({ kind: 'plain', text: plain });
  return parts;
}

/** The same in one string, for attributes and accessible names. */
export function visibleText(text: string): string {
  return textParts(text)
    .map((part) => (part.kind === 'plain' ? part.text : `‹${part.text}›`))
    .join('');
}

/** Whether a character is shown as its code. @param before the character before it */
export function isHidden(character: string, before?: string, multiline = false): boolean {
  if (multiline && (character === '\n' || character === '\t')) return false;
  if (character === '\u{FE0F}' || character === '\u{200D}') {
    return !(before !== undefined && (pictograph.test(before) || before === '\u{FE0F}'));
  }
  return hidden.test(character);
}

function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
