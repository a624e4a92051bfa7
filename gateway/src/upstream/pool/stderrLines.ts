const maxLines = 4;
const maxLineLength = 300;

/**
 * The last lines that a server wrote to stderr, shown with its failure. Not escaped: callers do that when they print
 * them.
 */
export function lastLines(stderrTail: string): string[] {
  const lines = stderrTail.split(/[\r\n]+/).filter((line) => line.trim() !== '');
  return lines
    .slice(-maxLines)
    .map((line) => (line.length > maxLineLength ? `${line.slice(0, maxLineLength).toWellFormed()}…` : line));
}
