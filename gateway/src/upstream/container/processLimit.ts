import type { CreatedContainer } from './runtime/containerRuntime.ts';

type Counted = Pick<CreatedContainer, 'processes'>;

/** Milliseconds between two looks, and until a first finding is looked at again. */
const lookEvery = 5_000;
const lookAgainAfter = 1_000;

/**
 * Finds out when a container is at its limit of processes. The kernel rejects further ones by itself but tells
 * nobody. Looks only while the server is at work or was near its limit, so that idle servers cost nothing.
 */
export class ProcessLimit {
  readonly #container: Counted;
  readonly #limit: number;
  readonly #reached: () => void;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(container: Counted, limit: number, reached: () => void) {
    this.#container = container;
    this.#limit = limit;
    this.#reached = reached;
  }

  /** The server was given something to do. */
  active(): void {
    if (this.#timer === undefined && !this.#stopped) this.#schedule(lookEvery, false);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #schedule(after: number, foundBefore: boolean): void {
    this.#timer = setTimeout(() => void this.#look(foundBefore), after);
    this.#timer.unref();
  }

  async #look(foundBefore: boolean): Promise<void> {
    // Not to be asked: it has ended, or the engine is busy. The end is told by others.
    const count = (await this.#container.processes().catch(() => undefined)) ?? 0;
    if (this.#stopped) return;
    this.#timer = undefined;
    if (count >= this.#limit) {
      if (foundBefore) this.#reached();
      else this.#schedule(lookAgainAfter, true);
    } else if (count > this.#limit / 2) {
      this.#schedule(lookEvery, false);
    }
  }
}
