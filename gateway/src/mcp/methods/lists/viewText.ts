import { hash } from 'node:crypto';
import type { HeldBytes } from '../../../byteBudget.ts';

/**
 * The JSON array of a view, made when it is first wanted: not at all where tools are searched for. It is kept as the bytes that are sent,
 * and counted once, as long as the view or an answer that is not read yet has them.
 */
export class ViewText {
  readonly #items: readonly unknown[];
  #bytes: Buffer | undefined;
  #digest: string | undefined;
  #held: HeldBytes | undefined;
  #answers = 0;
  #isDropped = false;

  constructor(items: readonly unknown[]) {
    this.#items = items;
  }

  /** UTF-8, without a line break. */
  get bytes(): Buffer {
    this.#bytes ??= Buffer.from(JSON.stringify(this.#items));
    return this.#bytes;
  }

  /** What a client has is remembered by it. */
  get digest(): string {
    this.#digest ??= hash('sha256', this.bytes, 'base64url');
    return this.#digest;
  }

  get isCounted(): boolean {
    return this.#held !== undefined;
  }

  /** @returns false when there is no room: the bytes are not counted then */
  count(held: HeldBytes): boolean {
    if (held.add(this.bytes.length) !== undefined) return false;
    this.#held = held;
    return true;
  }

  /** For an answer: the bytes stay counted until the function is called; undefined where they are not counted. */
  keep(): (() => void) | undefined {
    if (this.#held === undefined) return undefined;
    this.#answers += 1;
    let isKept = true;
    return () => {
      if (!isKept) return;
      isKept = false;
      this.#answers -= 1;
      this.#release();
    };
  }

  /** The view is not used any more. */
  drop(): void {
    this.#isDropped = true;
    this.#release();
  }

  #release(): void {
    if (!this.#isDropped || this.#answers > 0) return;
    this.#held?.[Symbol.dispose]();
    this.#held = undefined;
  }
}
