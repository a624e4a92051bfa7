import { printable } from '../../printable.ts';

const maxLines = 4;
const maxLineLength = 300;

/** The last lines that a server wrote to stderr, escaped, for the person who is told that it failed. */
export function lastLines(stderrTail: string): string[] {
  const lines = stderrTail.split(/[\r\n]+/).filter((line) => line.trim() !== '');
  return lines
    .slice(-maxLines)
    .map((line) =>
      printable(line.length > maxLineLength ? `${line.slice(0, maxLineLength).toWellFormed()}…` : line),
    );
}
