import { createInterface, type Interface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { printer } from './printer.ts';

/** What a command sees of the process it runs in; tests hand in one of their own. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** A person reads stdout directly: the only place where tokens may be shown unasked. */
  readonly stdoutIsTerminal: boolean;
  readonly stdinIsTerminal: boolean;
  readonly stderrIsTerminal: boolean;
  /** Aborted when nobody reads stdout any more (`lmcp audit tail | head`). */
  readonly readerGone: AbortSignal;
  /** A result, on stdout. On a terminal what could mislead a person is escaped; elsewhere it is the bytes. */
  readonly out: (text: string) => void;
  /** Everything else, on stderr; escaped wherever it goes, since logs end up on terminals too. */
  readonly err: (text: string) => void;
  /** From now on nothing is escaped. */
  showRaw(): void;
  /** All of stdin as UTF-8. */
  readStdin(): Promise<string>;
  /** Asks the person at the terminal for a line; undefined when stdin ends or `ended` fires first. */
  ask(question: string, ended: AbortSignal): Promise<string | undefined>;
  /** The same without showing what is typed. */
  askHidden(question: string, ended: AbortSignal): Promise<string | undefined>;
  /** Ctrl-C, SIGTERM and the end of the launcher that started us, each time; until the function it returns is called they no longer end the process by themselves. */
  onInterrupt(listener: () => void): () => void;
}

const interrupts = ['SIGINT', 'SIGTERM'] as const;

/** The terminal of this process. */
export function processTerminal(): Terminal {
  const gone = new AbortController();
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    gone.abort();
  });
  let raw = false;
  const out = printer(
    (text) => {
      if (!gone.signal.aborted) process.stdout.write(text);
    },
    () => process.stdout.isTTY && !raw,
  );
  const err = printer(
    (text) => void process.stderr.write(text),
    () => !raw,
  );
  return {
    env: process.env,
    cwd: process.cwd(),
    stdoutIsTerminal: process.stdout.isTTY,
    stdinIsTerminal: process.stdin.isTTY,
    stderrIsTerminal: process.stderr.isTTY,
    readerGone: gone.signal,
    out,
    err,
    showRaw: () => (raw = true),
    readStdin,
    ask: (question, ended) => {
      out(question);
      // Line by line, not key by key: Ctrl-C stays a signal.
      return lineOf(createInterface({ input: process.stdin, terminal: false }), ended);
    },
    askHidden: (question, ended) => {
      err(question);
      const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
      // As a terminal, so that it is this program that echoes what is typed, and does not.
      const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true });
      return lineOf(lines, ended).finally(() => err('\n'));
    },
    onInterrupt: (listener) => {
      for (const signal of interrupts) process.on(signal, listener);
      // Of the launcher that fetched this Node: it is gone, and by a SIGKILL told nobody.
      if (process.connected) process.on('disconnect', listener);
      return () => {
        for (const signal of interrupts) process.off(signal, listener);
        process.off('disconnect', listener);
      };
    },
  };
}

async function readStdin(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

async function lineOf(lines: Interface, ended: AbortSignal): Promise<string | undefined> {
  try {
    const closed = new Promise<undefined>((resolve) => lines.once('close', () => resolve(undefined)));
    return await Promise.race([lines.question('', { signal: ended }), closed]);
  } catch (error) {
    if (ended.aborted) return undefined;
    throw error;
  } finally {
    lines.close();
    process.stdin.pause();
  }
}
