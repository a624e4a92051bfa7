import { FairQueue } from '../fairQueue.ts';

/** Limits concurrent work, with clients taking turns; slow work stops counting, so that it can't block others forever. */
export class Gate {
  readonly #places: number;
  /** Milliseconds. */
  readonly #patienceMs: number;
  readonly #waiting = new FairQueue<() => void>();
  #running = 0;

  constructor(places: number, patienceMs: number) {
    this.#places = places;
    this.#patienceMs = patienceMs;
  }

  async run<T>(clientId: string, work: () => Promise<T>): Promise<T> {
    if (this.#running < this.#places) this.#running++;
    // The place passes to the next waiter without being freed.
    else await new Promise<void>((resolve) => this.#waiting.push(clientId, resolve));
    let counted = true;
    const leave = (): void => {
      if (!counted) return;
      counted = false;
      const next = this.#waiting.shift();
      if (next === undefined) this.#running--;
      else next();
    };
    const timer = setTimeout(leave, this.#patienceMs);
    try {
      return await work();
    } finally {
      clearTimeout(timer);
      leave();
    }
  }
}
