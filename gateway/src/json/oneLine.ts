const lineBreak = /[\r\n]/;
const lineBreaks = /[\r\n]+/g;

/**
 * A JSON text as one line. In JSON a raw CR or LF is white space between two tokens, never part of a string; where newlines mark
 * the end of a message, one that was left there would make two messages of it.
 */
export function oneLine(json: string): string {
  return lineBreak.test(json) ? json.replace(lineBreaks, ' ') : json;
}
