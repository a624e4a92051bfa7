/**
 * The anchor of a heading, as GitHub makes it from the text without its Markdown: lower case, spaces as hyphens, no
 * punctuation. The documentation site uses the same function, so that a link works in both places.
 */
export function slug(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, '')
    .replaceAll(' ', '-');
}
