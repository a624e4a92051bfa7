import type { Clock } from '../../clock.ts';
import { inTime } from '../../inTime.ts';
import type { Server } from '../../registry/types.ts';
import { limits } from '../limits.ts';
import { withoutSecrets } from '../secrets/withoutSecrets.ts';
import type { RawLine } from './lineSplitter.ts';

/** `stdout` is what was written there that is not a message of MCP; `gateway` is what LMCP says of the instance. */
export type OutputStream = 'stderr' | 'stdout' | 'gateway';

/** The instance that a line is of. */
export interface OutputSource {
  /** As it was started: its secrets are taken out. */
  readonly server: Server;
  /** Counted from 1. */
  readonly instance: number;
  /** The client that it was started for; null if clients share it, or if it was started for none. */
  readonly clientId: string | null;
}

export interface OutputLine {
  /** Counted from 1, in the order in which lines came. */
  readonly number: number;
  /** When it came; milliseconds since the Unix epoch. */
  readonly at: number;
  readonly stream: OutputStream;
  readonly instance: number;
  readonly clientId: string | null;
  /** Without the secrets of the server; untrusted text. */
  readonly text: string;
  /** The rest of the line was dropped. */
  readonly cut: boolean;
}

interface KeptLine extends RawLine, Pick<OutputLine, 'number' | 'at' | 'stream'> {
  readonly source: OutputSource;
}

/** Shown of a line, in UTF-16 units. What is dropped of a longer one is more than half a secret that the end may hold. */
const shownOfLine = limits.outputLine / 2;

/** The last lines that all instances of one server wrote, with their times, however much they write. */
export class OutputLog {
  /** Tells two logs of a server apart: numbers begin again with each. */
  readonly since: number;
  readonly #clock: Clock;
  #lines: KeptLine[] = [];
  #first = 0;
  #length = 0;
  #last = 0;
  #instances = 0;
  #closed = false;
  /** Made when somebody waits: a flood of lines costs no promises. */
  #added: PromiseWithResolvers<undefined> | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.since = clock.now();
  }

  /** Number of the last line; 0 before the first. */
  get last(): number {
    return this.#last;
  }

  /** A further instance. */
  source(server: Server, clientId: string | null): OutputSource {
    this.#instances++;
    return { server, instance: this.#instances, clientId };
  }

  add(source: OutputSource, stream: OutputStream, lines: readonly RawLine[]): void {
    if (lines.length === 0) return;
    const at = this.#clock.now();
    // More than is kept need not be held for a moment.
    const skipped = Math.max(0, lines.length - limits.outputLines);
    this.#last += skipped;
    for (const line of lines.slice(skipped)) {
      this.#last++;
      this.#length += line.text.length;
      this.#lines.push({ number: this.#last, at, stream, source, text: line.text, cut: line.cut });
    }
    this.#drop();
    this.#wake();
  }

  /** What is kept of the lines after this number, oldest first. */
  after(number: number): OutputLine[] {
    const kept = this.#lines.slice(this.#first);
    const from = kept.findIndex((line) => line.number > number);
    return from === -1 ? [] : kept.slice(from).map(shown);
  }

  /** Resolves when there is a line after this number, after `ms`, or when the gateway stops. */
  async waitAfter(number: number, ms: number): Promise<void> {
    if (this.#closed || this.#last > number || ms === 0) return;
    this.#added ??= Promise.withResolvers();
    await inTime(this.#added.promise, ms);
  }

  /** Nobody waits for lines any more. */
  close(): void {
    this.#closed = true;
    this.#wake();
  }

  #drop(): void {
    while (this.#length > limits.output || this.#lines.length - this.#first > limits.outputLines) {
      this.#length -= this.#lines[this.#first]?.text.length ?? 0;
      this.#first++;
    }
    // Moved together from time to time, not with every line.
    if (this.#first < limits.outputLines) return;
    this.#lines = this.#lines.slice(this.#first);
    this.#first = 0;
  }

  #wake(): void {
    this.#added?.resolve(undefined);
    this.#added = undefined;
  }
}

function shown({ source, text, cut, ...line }: KeptLine): OutputLine {
  const clean = withoutSecrets(source.server, text);
  const length = cut ? Math.max(0, Math.min(shownOfLine, clean.length - shownOfLine)) : shownOfLine;
  return {
    number: line.number,
    at: line.at,
    stream: line.stream,
    instance: source.instance,
    clientId: source.clientId,
    text: clean.slice(0, length).toWellFormed(),
    cut: cut || clean.length > length,
  };
}
