/**
 * A reference to a secret in a value that was read from the registry: the name between two noncharacters of Unicode, which no text
 * needs. In a URL they are percent-encoded.
 */
const [begin, end] = ['\u{fdd0}', '\u{fdd1}'];
const mark = /\u{fdd0}([A-Za-z0-9_.-]+)\u{fdd1}/gu;
const markInUrl = /%EF%B7%90([A-Za-z0-9_.-]+)%EF%B7%91/g;

/** What stands for the secret until its server starts. */
export function markOf(name: string): string {
  return begin + name + end;
}

/** The names of the secrets that a value refers to. */
export function markedIn(text: string): string[] {
  return [...text.matchAll(mark), ...text.matchAll(markInUrl)].map(([, name = '']) => name);
}

/** The value with each reference replaced. */
export function fillMarks(text: string, valueOf: (name: string) => string): string {
  return text.replaceAll(mark, (_, name: string) => valueOf(name));
}

/** The same for the text of a URL: what a secret holds cannot end its part of the URL. */
export function fillMarksInUrl(href: string, valueOf: (name: string) => string): string {
  return href.replaceAll(markInUrl, (_, name: string) => encodeURIComponent(valueOf(name)));
}
