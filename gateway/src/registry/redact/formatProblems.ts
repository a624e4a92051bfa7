import { printableColumns } from '../../printable.ts';
import { maskedLine } from './maskedLine.ts';
import type { Problem } from '../yaml/problem.ts';

export interface FormatOptions {
  /** Colours words; without it nothing has a colour. */
  readonly paint?: (format: 'red' | 'yellow' | 'green', text: string) => string;
  /** The word before each message; `error` unless asked otherwise. */
  readonly severity?: 'error' | 'warning';
}

/** How much of a long line is shown around the caret. */
const shownColumns = 100;

/** Problems as a person at a terminal reads them: place, message, the line with a caret, the fix. Secrets are dotted out. */
export function formatProblems(
  problems: readonly Problem[],
  text: string,
  file: string,
  options: FormatOptions = {},
): string {
  const lines = text.split(/\r\n|\n|\r/);
  const { severity = 'error', paint = (_format: string, text: string) => text } = options;
  const strong = severity === 'error' ? 'red' : 'yellow';
  return problems
    .map((problem) => {
      const place = `${file}:${problem.line}:${problem.column}`;
      const path = problem.path === '' ? '' : `${problem.path}: `;
      const caret = (text: string): string => paint(strong, text);
      return [
        `${place}: ${paint(strong, severity)}: ${path}${problem.message}`,
        ...sourceLines(problem, lines[problem.line - 1] ?? '', caret),
        `  ${paint('green', 'fix')}: ${problem.fix}`,
      ].join('\n');
    })
    .join('\n\n');
}

function sourceLines(problem: Problem, line: string, paint: (text: string) => string): string[] {
  if (line.trim() === '') return [];
  const column = Math.min(problem.column - 1, line.length);
  const from = column > shownColumns - 20 ? column - 60 : 0;
  const shown = printableColumns(maskedLine(line, problem.path)).slice(from, from + shownColumns);
  const gutter = String(problem.line);
  return [
    `  ${gutter} | ${shown.trimEnd()}`,
    `  ${' '.repeat(gutter.length)} | ${' '.repeat(column - from)}${paint('^')}`,
  ];
}
