/** Lets so many pieces of work run at the same time; one that takes long stops counting, so that it holds up nobody forever. */
export class Gate {
  readonly #places: number;
  /** Milliseconds. */
  readonly #patienceMs: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(places: number, patienceMs: number) {
    this.#places = places;
    this.#patienceMs = patienceMs;
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#places) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#running++;
    let counted = true;
    const leave = (): void => {
      if (!counted) return;
      counted = false;
      this.#running--;
      this.#waiting.shift()?.();
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
