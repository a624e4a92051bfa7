import type { Terminal } from '../output/terminal.ts';

/** A terminal for tests: it keeps what is written and answers what it is told to. */
export function scriptedTerminal(
  given: Partial<Terminal> & { readonly stdin?: string } = {},
): ScriptedTerminal {
  const written = { out: '', err: '' };
  return {
    env: {},
    cwd: '/nowhere',
    stdoutIsTerminal: false,
    stdinIsTerminal: false,
    stderrIsTerminal: false,
    readerGone: new AbortController().signal,
    out: (text) => void (written.out += text),
    err: (text) => void (written.err += text),
    readStdin: () => Promise.resolve(given.stdin ?? ''),
    ask: () => Promise.resolve(undefined),
    askHidden: () => Promise.resolve(undefined),
    onInterrupt: () => () => {},
    ...given,
    written,
  };
}

export interface ScriptedTerminal extends Terminal {
  readonly written: { readonly out: string; readonly err: string };
}
