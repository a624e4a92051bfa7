import { limits } from '../../limits.ts';

/** Counts the output of a server that holds no message; each message begins the count again. */
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

  /** A line costs time however short it is: each counts as `limits.garbageLine` bytes or more. */
  add(bytes: number): void {
    this.#bytesWithoutMessage += Math.max(bytes, limits.garbageLine);
    if (this.#bytesWithoutMessage > limits.withoutMessage) this.#exceeded();
  }
}
