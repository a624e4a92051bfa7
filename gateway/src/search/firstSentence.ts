/** The most characters of one. */
const maxSentence = 300;

/** Punctuation before a space, but for the usual abbreviations and the numbers of a list; or an empty line. */
const end = /[.!?](?<!\b(?:e\.g|i\.e|etc|vs|cf|incl|approx)\.)(?<!(?:^|\n)\s*\d{1,2}\.)(?=\s|$)|\n\s*\n/i;

/** The first sentence of a description says what a tool is for; a long one is cut. Without space around it. */
export function firstSentence(text: string): string {
  const trimmed = text.trim();
  const found = end.exec(trimmed);
  return trimmed.slice(0, Math.min(found === null ? trimmed.length : found.index + 1, maxSentence)).trim();
}
