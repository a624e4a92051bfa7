import { hash } from 'node:crypto';
import type { HeldBytes } from '../../../byteBudget.ts';

/**
 * The JSON array of a view, built on first use: never for clients that use tool search. The bytes are kept as sent, and counted
 * once while the view or an unread response holds them.
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

  /** Identifies the list that a client has. */
  get digest(): string {
    this.#digest ??= hash('sha256', this.bytes, 'base64url');
    return this.#digest;
  }

  get isCounted(): boolean {
    return this.#held !== undefined;
  }

  /** @returns false if there is no memory; the bytes are not counted then */
  count(held: HeldBytes): boolean {
    if (held.add(this.bytes.length) !== undefined) return false;
    this.#held = held;
    return true;
  }

  /** For a response: the bytes stay counted until the function is called; undefined if they are not counted. */
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

  /** Called when the view is dropped. */
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
