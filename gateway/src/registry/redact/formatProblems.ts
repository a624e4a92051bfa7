import { styleText } from 'node:util';
import { maskedLine } from './maskedLine.ts';
import type { Problem } from '../yaml/problem.ts';

export interface FormatOptions {
  /** ANSI colour; off unless asked for. */
  readonly colour?: boolean;
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
  const { severity = 'error', colour = false } = options;
  const paint = (format: 'red' | 'yellow' | 'green', text: string): string =>
    colour ? styleText(format, text, { validateStream: false }) : text;
  const strong = severity === 'error' ? 'red' : 'yellow';
  return problems
    .map((problem) => {
      const place = `${file}:${problem.line}:${problem.column}`;
      const path = problem.path === '' ? '' : `${problem.path}: `;
      const caret = (words: string): string => paint(strong, words);
      return [
        `${place}: ${paint(strong, severity)}: ${path}${problem.message}`,
        ...sourceLines(problem, lines[problem.line - 1] ?? '', caret),
        `  ${paint('green', 'fix')}: ${problem.fix}`,
      ].join('\n');
    })
    .join('\n\n');
}

function sourceLines(problem: Problem, line: string, paint: (words: string) => string): string[] {
  if (line.trim() === '') return [];
  const column = Math.min(problem.column - 1, line.length);
  const from = column > shownColumns - 20 ? column - 60 : 0;
  const shown = printable(maskedLine(line, problem.path)).slice(from, from + shownColumns);
  const gutter = String(problem.line);
  return [
    `  ${gutter} | ${shown.trimEnd()}`,
    `  ${' '.repeat(gutter.length)} | ${' '.repeat(column - from)}${paint('^')}`,
  ];
}

/** One column a character and nothing that a terminal would obey. */
function printable(line: string): string {
  return line
    .replaceAll('\t', ' ')
    .replace(/[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g, '·');
}
