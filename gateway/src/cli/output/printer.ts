import { randomBytes } from 'node:crypto';
import { printableLines } from '../../printable.ts';

/** What a format of `paint` sets and resets, by its SGR parameters (ECMA-48, section 8.3.117). */
const formats = { bold: [1, 22], dim: [2, 22], red: [31, 39], green: [32, 39], yellow: [33, 39] } as const;
export type Format = keyof typeof formats;

/** Text from elsewhere can't hold it, so that a printer tells colours of this program from those of others. */
const unguessable = randomBytes(12).toString('hex');
const mark = (parameter: number): string => `\0${unguessable}${parameter}\0`;
const marks = new RegExp(`\0${unguessable}(\\d+)\0`, 'g');
const escapedMarks = new RegExp(`\\\\u0000${unguessable}(\\d+)\\\\u0000`, 'g');

/** Text with a colour, which shows once it is printed. */
export function paint(format: Format, text: string): string {
  const [set, reset] = formats[format];
  return `${mark(set)}${text}${mark(reset)}`;
}

/**
 * The only way to stdout and stderr: escapes what could mislead who reads a terminal, whatever a command prints.
 * @param escapes asked for each text; false lets bytes through as they are
 */
export function printer(write: (text: string) => void, escapes: () => boolean): (text: string) => void {
  return (text) =>
    write(
      escapes()
        ? printableLines(text).replace(escapedMarks, '\u001b[$1m')
        : text.replace(marks, '\u001b[$1m'),
    );
}
