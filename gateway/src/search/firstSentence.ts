/** The most characters of one. */
const maxSentence = 300;

/** Punctuation before a space, but for the usual abbreviations; or an empty line. */
const end = /[.!?](?<!\b(?:e\.g|i\.e|etc|vs|cf|incl|approx)\.)(?=\s|$)|\n\s*\n/i;

/** The first sentence of a description says what a tool is for; a long one is cut. */
export function firstSentence(text: string): string {
  const found = end.exec(text);
  return text.slice(0, Math.min(found === null ? text.length : found.index + 1, maxSentence));
}
