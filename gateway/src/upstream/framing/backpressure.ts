/** A stream, or what stands for one. */
interface Pausable {
  pause(): unknown;
  resume(): unknown;
}

/** Keeps a stream from being read while large messages of it are. */
export class Backpressure {
  readonly #stream: Pausable;
  #latest: Promise<void> | undefined;
  #lifted = false;

  constructor(stream: Pausable) {
    this.#stream = stream;
  }

  /** Reads nothing more until this message, and those before it, were read. */
  until(read: Promise<void> | undefined): void {
    if (read === undefined || this.#lifted) return;
    this.#latest = read;
    this.#stream.pause();
    void read.then(() => {
      if (this.#latest === read) this.#stream.resume();
    });
  }

  /** The other side is gone: little is left, and it is wanted. */
  lift(): void {
    this.#lifted = true;
    this.#stream.resume();
  }
}
