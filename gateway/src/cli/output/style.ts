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
  const paint = (code: number) => (text: string) => (wanted ? `\u001b[${code}m${text}\u001b[0m` : text);
  return { colour: wanted, bold: paint(1), dim: paint(2), good: paint(32), bad: paint(31) };
}
