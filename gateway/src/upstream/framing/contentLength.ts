import { DiscardedMessage } from './discarded.ts';
import type { FrameLimits, FrameReader, Framing, FrameSink } from './framing.ts';

const newline = 0x0a;
const maxHeaderLine = 8_192;
const contentLengthHeader = /^content-length[ \t]*:[ \t]*(\d{1,15})[ \t]*$/i;
const otherHeader = /^[A-Za-z][A-Za-z0-9-]*[ \t]*:/;

/** The framing of the Language Server Protocol (base protocol, header part), which some servers speak on stdio. */
export const contentLength: Framing = {
  encode: (text) => `Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
  reader: (sink, limits) => new ContentLengthReader(sink, limits),
};

/**
 * Reads header lines until an empty one, then as many bytes as they announce. A line that is not a header (a server that
 * logs to stdout) is handed on as a message that is not JSON, so that it is counted, and reading goes on after it.
 */
class ContentLengthReader implements FrameReader {
  readonly #sink: FrameSink;
  readonly #limits: FrameLimits;
  #parts: Buffer[] = [];
  #size = 0;
  /** Announced by the header that is being read. */
  #announced: number | undefined;
  /** Bytes of the body still to come; undefined while in the header. */
  #missing: number | undefined;
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
    let rest = chunk;
    while (rest.length > 0 && !this.#flooded) {
      rest = this.#missing === undefined ? this.#readHeader(rest) : this.#readBody(rest, this.#missing);
    }
  }

  end(): void {
    if (this.#flooded) return;
    if (this.#discarded) this.#finishDiscarded();
    else if (this.#size > 0) this.#deliver();
  }

  #readHeader(chunk: Buffer): Buffer {
    const end = chunk.indexOf(newline);
    const part = end === -1 ? chunk : chunk.subarray(0, end);
    if (this.#discarded) this.#discard(part);
    else if (this.#size + part.length > maxHeaderLine) this.#startDiscarding(part);
    else this.#hold(part);
    if (end === -1) return chunk.subarray(chunk.length);
    if (this.#discarded) this.#finishDiscarded();
    else this.#headerLine(this.#takeHeld().toString('latin1').trimEnd());
    return chunk.subarray(end + 1);
  }

  #headerLine(line: string): void {
    const found = contentLengthHeader.exec(line);
    if (found) {
      this.#announced = Number(found[1]);
    } else if (line === '') {
      if (this.#announced !== undefined) this.#startBody(this.#announced);
    } else if (this.#announced === undefined || !otherHeader.test(line)) {
      if (!/^content-type[ \t]*:/i.test(line)) this.#sink.message(line, line.length);
    }
  }

  #startBody(announced: number): void {
    this.#announced = undefined;
    if (announced > this.#limits.discarded) {
      this.#flooded = true;
      this.#sink.flooded(announced);
    } else if (announced > this.#limits.message) {
      this.#missing = announced;
      this.#discarded = new DiscardedMessage();
    } else if (announced > 0) {
      this.#missing = announced;
    }
  }

  #readBody(chunk: Buffer, missing: number): Buffer {
    const part = chunk.subarray(0, missing);
    if (this.#discarded) this.#discarded.push(part);
    else this.#hold(part);
    this.#missing = missing - part.length;
    if (this.#missing === 0) {
      this.#missing = undefined;
      if (this.#discarded) this.#finishDiscarded();
      else this.#deliver();
    }
    return chunk.subarray(part.length);
  }

  #hold(part: Buffer): void {
    if (part.length === 0) return;
    this.#parts.push(part);
    this.#size += part.length;
  }

  #takeHeld(): Buffer {
    const held = Buffer.concat(this.#parts, this.#size);
    this.#parts = [];
    this.#size = 0;
    return held;
  }

  #deliver(): void {
    const held = this.#takeHeld();
    this.#sink.message(held.toString('utf8'), held.length);
  }

  #startDiscarding(part: Buffer): void {
    this.#discarded = new DiscardedMessage();
    this.#discard(this.#takeHeld());
    this.#discard(part);
  }

  #discard(part: Buffer): void {
    if (!this.#discarded) return;
    this.#discarded.push(part);
    if (this.#discarded.bytes <= this.#limits.discarded) return;
    this.#flooded = true;
    this.#sink.flooded(this.#discarded.bytes);
  }

  #finishDiscarded(): void {
    const discarded = this.#discarded;
    this.#discarded = undefined;
    if (discarded && !this.#flooded) this.#sink.oversized(discarded.ends());
  }
}
