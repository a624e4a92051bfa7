import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { printable, printableLines } from '../../printable.ts';

/**
 * What `paint` can set: names of `util.inspect.colors`, whose pairs of SGR parameters set and reset it. (`util.styleText` writes the
 * escapes themselves, which foreign text could contain too.)
 */
export type Format = 'bold' | 'dim' | 'red' | 'green' | 'yellow';

/** Foreign text can't contain it, so a printer can tell this program's colours from those in foreign text. */
const unguessable = randomBytes(12).toString('hex');
const mark = (parameter: number | 'n'): string => `\0${unguessable}${parameter}\0`;
const marks = new RegExp(`\0${unguessable}(\\d+|n)\0`, 'g');
const escapedMarks = new RegExp(`\\\\u0000${unguessable}(\\d+|n)\\\\u0000`, 'g');

/** Text with a colour, which shows once it is printed. */
export function paint(format: Format, text: string): string {
  const [set, reset] = inspect.colors[format] ?? [0, 0];
  return `${mark(set)}${text}${mark(reset)}`;
}

/**
 * Foreign text (a name, a message, a field of the log) that is to stay on the line that it is printed in: where a printer
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
