import { StringDecoder } from 'node:string_decoder';
import { limits } from '../limits.ts';

/** A line as it was written, without its end; `cut` if the rest of it was dropped. */
export interface RawLine {
  readonly text: string;
  readonly cut: boolean;
}

/** Splits output into lines as it comes. Empty lines are dropped; of a line that never ends only the beginning is held. */
export class LineSplitter {
  readonly #decoder = new StringDecoder('utf8');
  #open = '';
  #cut = false;

  /** The lines that end in this chunk. */
  push(chunk: Buffer): RawLine[] {
    const parts = this.#decoder.write(chunk).split(/\r\n|[\r\n]/);
    const last = parts.pop() ?? '';
    const ended = parts.flatMap((part) => {
      this.#add(part);
      return this.#take();
    });
    this.#add(last);
    return ended;
  }

  /** What was written after the last line that ended: nothing follows it. */
  end(): RawLine[] {
    this.#add(this.#decoder.end());
    return this.#take();
  }

  #add(text: string): void {
    const room = limits.outputLine - this.#open.length;
    this.#cut ||= text.length > room;
    if (room > 0) this.#open += text.slice(0, room);
  }

  #take(): RawLine[] {
    const line = { text: this.#open, cut: this.#cut };
    this.#open = '';
    this.#cut = false;
    return line.text.trim() === '' ? [] : [line];
  }
}
