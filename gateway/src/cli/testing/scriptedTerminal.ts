import { printer } from '../output/printer.ts';
import type { Terminal } from '../output/terminal.ts';

/** A terminal for tests: it keeps what is written and answers what it is told to. */
export function scriptedTerminal(
  given: Partial<Terminal> & { readonly stdin?: string } = {},
): ScriptedTerminal {
  const written = { out: '', err: '' };
  let raw = false;
  return {
    env: {},
    cwd: '/nowhere',
    stdoutIsTerminal: false,
    stdinIsTerminal: false,
    stderrIsTerminal: false,
    readerGone: new AbortController().signal,
    out: printer(
      (text) => (written.out += text),
      () => given.stdoutIsTerminal === true && !raw,
    ),
    err: printer(
      (text) => (written.err += text),
      () => !raw,
    ),
    showRaw: () => (raw = true),
    readStdin: () => Promise.resolve(given.stdin ?? ''),
    ask: () => Promise.resolve(undefined),
    askHidden: () => Promise.resolve(undefined),
    onInterrupt: () => () => {},
    ...given,
    written,
  };
}

/** What a terminal without colours shows of a text. */
export function shownOnTerminal(text: string): string {
  const { out, written } = scriptedTerminal({ stdoutIsTerminal: true });
  out(text);
  return written.out;
}

export interface ScriptedTerminal extends Terminal {
  readonly written: { readonly out: string; readonly err: string };
}
