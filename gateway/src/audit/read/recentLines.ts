import type { AuditLine } from '../types.ts';

const CAPACITY = 1_000;

/** The newest lines as they are in the file; parsed only when somebody looks. */
export class RecentLines {
  readonly #ring: string[] = [];
  #next = 0;

  push(line: string): void {
    this.#ring[this.#next] = line;
    this.#next = (this.#next + 1) % CAPACITY;
  }

  /** Oldest first. */
  newest(limit: number): AuditLine[] {
    const inOrder =
      this.#ring.length < CAPACITY
        ? this.#ring
        : [...this.#ring.slice(this.#next), ...this.#ring.slice(0, this.#next)];
    const count = Math.max(0, Math.min(Math.floor(limit), CAPACITY));
    return inOrder.slice(inOrder.length - Math.min(count, inOrder.length)).map(toLine);
  }
}

/** For lines that the writer made or that were checked before. */
export function toLine(text: string): AuditLine {
  return JSON.parse(text) as AuditLine;
}
