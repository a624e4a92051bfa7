import { randomBytes } from 'node:crypto';
import { printable, printableLines } from '../../printable.ts';

/** What a format of `paint` sets and resets, by its SGR parameters (ECMA-48, section 8.3.117). */
const formats = { bold: [1, 22], dim: [2, 22], red: [31, 39], green: [32, 39], yellow: [33, 39] } as const;
export type Format = keyof typeof formats;

/** Text from elsewhere can't hold it, so that a printer tells colours of this program from those of others. */
const unguessable = randomBytes(12).toString('hex');
const mark = (parameter: number | 'n'): string => `\0${unguessable}${parameter}\0`;
const marks = new RegExp(`\0${unguessable}(\\d+|n)\0`, 'g');
const escapedMarks = new RegExp(`\\\\u0000${unguessable}(\\d+|n)\\\\u0000`, 'g');

/** Text with a colour, which shows once it is printed. */
export function paint(format: Format, text: string): string {
  const [set, reset] = formats[format];
  return `${mark(set)}${text}${mark(reset)}`;
}

/**
 * Text from elsewhere (a name, a message, a field of the log) that is to stay on the line that it is printed in: where a printer
 * escapes, its line breaks are escaped too.
 */
export function oneLine(text: string): string {
  return text.replaceAll('\n', mark('n'));
}

/** Fills a text up to a number of columns (UTF-16 code units), by what a terminal shows of it. */
export function padded(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - shownLength(text)));
}

/** How many UTF-16 code units a terminal shows of a text; colours take none. */
export function shownLength(text: string): number {
  return escaped(text, () => '').length;
}

/**
 * The only way to stdout and stderr: escapes what could mislead who reads a terminal, whatever a command prints.
 * @param escapes asked for each text; false lets bytes through as they are
 */
export function printer(write: (text: string) => void, escapes: () => boolean): (text: string) => void {
  return (text) => write(escapes() ? escaped(text, colour) : text.replace(marks, asMeant));
}

const colour = (parameter: string): string => `\u001b[${parameter}m`;

function escaped(text: string, colourOf: (parameter: string) => string): string {
  return printableLines(text).replace(escapedMarks, (_, parameter: string) =>
    parameter === 'n' ? printable('\n') : colourOf(parameter),
  );
}

function asMeant(_: string, parameter: string): string {
  return parameter === 'n' ? '\n' : colour(parameter);
}
