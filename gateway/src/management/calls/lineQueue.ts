/** How many lines wait for a slow reader; what could be left out is left out beyond it. */
const maxWaiting = 500;

/** Lines of a streamed answer, in the order in which they were written. A reader that goes away is told of once. */
export class LineQueue implements AsyncIterable<string>, AsyncIterator<string> {
  readonly #waiting: string[] = [];
  readonly #onGone: () => void;
  #wake: (() => void) | undefined;
  #ended = false;

  constructor(onGone: () => void) {
    this.#onGone = onGone;
  }

  /** False where the reader is too slow, or gone, and the line was left out. */
  offer(line: string): boolean {
    if (this.#ended || this.#waiting.length >= maxWaiting) return false;
    this.#write(line);
    return true;
  }

  /** Writes the last line. */
  end(line: string): void {
    if (this.#ended) return;
    this.#write(line);
    this.#ended = true;
  }

  async next(): Promise<IteratorResult<string>> {
    while (this.#waiting.length === 0 && !this.#ended) {
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    const value = this.#waiting.shift();
    return value === undefined ? { done: true, value: undefined } : { done: false, value };
  }

  /** The reader takes no more. */
  return(): Promise<IteratorResult<string>> {
    if (!this.#ended) {
      this.#ended = true;
      this.#wake?.();
      this.#onGone();
    }
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #write(line: string): void {
    this.#waiting.push(`${line}\n`);
    this.#wake?.();
  }
}
