import type { Terminal } from './terminal.ts';

/** Asks the person at the terminal; everything but a yes is a no. */
export async function saysYes(
  terminal: Pick<Terminal, 'ask'>,
  question: string,
  ended = AbortSignal.any([]),
): Promise<boolean> {
  return /^\s*y(es)?\s*$/i.test((await terminal.ask(`${question} [y/N] `, ended)) ?? '');
}
