import { styleText } from 'node:util';
import type { Terminal } from './terminal.ts';

/** Paints text for one stream; every function gives the text itself where colour is not wanted. */
export interface Style {
  readonly colour: boolean;
  bold(text: string): string;
  dim(text: string): string;
  good(text: string): string;
  bad(text: string): string;
}

/** Colour only on a terminal, and never where NO_COLOR is set to anything (no-color.org). */
export function styleOf(terminal: Terminal, stream: 'stdout' | 'stderr'): Style {
  const isTerminal = stream === 'stdout' ? terminal.stdoutIsTerminal : terminal.stderrIsTerminal;
  const wanted = isTerminal && (terminal.env['NO_COLOR'] ?? '') === '' && terminal.env['TERM'] !== 'dumb';
  const paint = (format: 'bold' | 'dim' | 'green' | 'red') => (text: string) =>
    wanted ? styleText(format, text, { validateStream: false }) : text;
  return { colour: wanted, bold: paint('bold'), dim: paint('dim'), good: paint('green'), bad: paint('red') };
}
