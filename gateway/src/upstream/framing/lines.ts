import { oneLine } from '../../json/oneLine.ts';
import { DiscardedMessage } from './discarded.ts';
import type { FrameLimits, FrameReader, Framing, FrameSink } from './framing.ts';

const newline = 0x0a;
const carriageReturn = 0x0d;

/** MCP's stdio framing: a message a line, no newline inside it (specification 2025-11-25, transports, stdio). */
export const lines: Framing = {
  encode: (text) => oneLine(text) + '\n',
  reader: (sink, limits) => new LineReader(sink, limits),
};

/** Splits bytes, not text: a character cut in two by the pipe is put together again before it is decoded. */
class LineReader implements FrameReader {
  readonly #sink: FrameSink;
  readonly #limits: FrameLimits;
  #parts: Buffer[] = [];
  #size = 0;
  #discarded: DiscardedMessage | undefined;
  #flooded = false;

  constructor(sink: FrameSink, limits: FrameLimits) {
    this.#sink = sink;
    this.#limits = limits;
  }

  get buffered(): number {
    return this.#discarded?.buffered ?? this.#size;
  }

  push(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      if (this.#flooded) return;
      this.#take(chunk, start, end);
      this.#finish();
      start = end + 1;
    }
    if (start < chunk.length && !this.#flooded) this.#hold(chunk.subarray(start));
  }

  end(): void {
    if (!this.#flooded) this.#finish();
  }

  /** The end of a line: the usual one, whole within its chunk, goes straight through. */
  #take(chunk: Buffer, start: number, end: number): void {
    if (this.#size > 0 || this.#discarded || end - start > this.#limits.message) {
      if (end > start) this.#hold(chunk.subarray(start, end));
    } else {
      this.#deliver(chunk, start, end);
    }
  }

  #hold(part: Buffer): void {
    if (!this.#discarded && this.#size + part.length > this.#limits.message) {
      this.#discarded = new DiscardedMessage();
      for (const held of this.#parts) this.#discarded.push(held);
      this.#parts = [];
      this.#size = 0;
    }
    if (!this.#discarded) {
      this.#parts.push(part);
      this.#size += part.length;
      return;
    }
    this.#discarded.push(part);
    if (this.#discarded.bytes <= this.#limits.discarded) return;
    this.#flooded = true;
    this.#sink.flooded(this.#discarded.bytes);
  }

  #finish(): void {
    if (this.#flooded) return;
    if (this.#discarded) {
      const discarded = this.#discarded;
      this.#discarded = undefined;
      this.#sink.oversized(discarded.ends());
    } else if (this.#size > 0) {
      const line = Buffer.concat(this.#parts, this.#size);
      this.#parts = [];
      this.#size = 0;
      this.#deliver(line, 0, line.length);
    }
  }

  #deliver(buffer: Buffer, start: number, end: number): void {
    const stop = end > start && buffer[end - 1] === carriageReturn ? end - 1 : end;
    if (stop > start) this.#sink.message(buffer.toString('utf8', start, stop), stop - start);
  }
}
