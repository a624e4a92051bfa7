import { limits } from '../../limits.ts';

/** Counts the bytes of a server's output that hold no message; each message begins the count again. */
export class GarbageLimit {
  readonly #exceeded: () => void;
  #bytesWithoutMessage = 0;

  /** @param exceeded is called for each piece of output above the limit */
  constructor(exceeded: () => void) {
    this.#exceeded = exceeded;
  }

  /** A message was read. */
  reset(): void {
    this.#bytesWithoutMessage = 0;
  }

  add(bytes: number): void {
    this.#bytesWithoutMessage += bytes;
    if (this.#bytesWithoutMessage > limits.withoutMessage) this.#exceeded();
  }
}
