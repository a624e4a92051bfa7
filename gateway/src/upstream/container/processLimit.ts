import type { CreatedContainer } from './runtime/containerRuntime.ts';

type Counted = Pick<CreatedContainer, 'processes'>;

/** Milliseconds between two checks, and until a first finding is checked again. */
const lookEvery = 5_000;
const lookAgainAfter = 1_000;

/**
 * Detects that a container is at its process limit. The kernel rejects further processes, but doesn't report it. Checks
 * only while the server is active or was near its limit, so that idle servers cost nothing.
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

  /** Called when the server was sent a message. */
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
    // Fails if the container has ended, which is reported elsewhere, or if the engine is busy.
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
