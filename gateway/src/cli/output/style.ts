import { paint, type Format } from './printer.ts';
import type { Terminal } from './terminal.ts';

/** Paints text for one stream; every function gives the text itself where colour is not wanted. */
export interface Style {
  readonly paint: (format: Format, text: string) => string;
  bold(text: string): string;
  dim(text: string): string;
  good(text: string): string;
  bad(text: string): string;
}

/** Colour only on a terminal, and never where NO_COLOR is set to anything (no-color.org). */
export function styleOf(terminal: Terminal, stream: 'stdout' | 'stderr'): Style {
  const isTerminal = stream === 'stdout' ? terminal.stdoutIsTerminal : terminal.stderrIsTerminal;
  const wanted = isTerminal && (terminal.env['NO_COLOR'] ?? '') === '' && terminal.env['TERM'] !== 'dumb';
  const inFormat = (format: Format, text: string): string => (wanted ? paint(format, text) : text);
  return {
    paint: inFormat,
    bold: (text) => inFormat('bold', text),
    dim: (text) => inFormat('dim', text),
    good: (text) => inFormat('green', text),
    bad: (text) => inFormat('red', text),
  };
}
