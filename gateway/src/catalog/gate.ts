import { FairQueue } from '../fairQueue.ts';

/** Limits how many pieces of work run at the same time, of clients in turn; one that takes long stops counting, so that it holds up nobody forever. */
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
    // Who leaves gives the place on: it stays taken.
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
