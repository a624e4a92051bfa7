import type { ContainerEngine, ContainerEvent } from './containerEngine.ts';

type Listener = (event: ContainerEvent) => void;

/** One event stream of the engine for all containers of a gateway, opened before the first container is created. */
export class EventHub {
  readonly #engine: ContainerEngine;
  readonly #instance: string;
  readonly #listeners = new Map<string, Listener>();
  #holders = 0;
  #opened: Promise<() => void> | undefined;

  constructor(engine: ContainerEngine, instance: string) {
    this.#engine = engine;
    this.#instance = instance;
  }

  /**
   * Resolves once the stream is open, and keeps it open until the returned function is called. A broken stream is reopened.
   * @throws RuntimeError
   */
  async hold(): Promise<() => void> {
    this.#holders++;
    try {
      this.#opened ??= this.#open();
      await this.#opened;
    } catch (error) {
      this.#holders--;
      throw error;
    }
    return () => this.#release();
  }

  /** Must be called while held. Returns a function that unsubscribes. */
  listen(id: string, listener: Listener): () => void {
    this.#holders++;
    this.#listeners.set(id, listener);
    return () => {
      if (this.#listeners.delete(id)) this.#release();
    };
  }

  #open(): Promise<() => void> {
    const forget = (): void => {
      if (this.#opened === opened) this.#opened = undefined;
    };
    const opened = this.#engine.events(this.#instance, {
      event: (event) => this.#listeners.get(event.id)?.(event),
      broken: forget,
    });
    opened.catch(forget);
    return opened;
  }

  /** Closes the stream, which would keep an otherwise idle process alive. */
  #release(): void {
    if (--this.#holders > 0) return;
    const opened = this.#opened;
    this.#opened = undefined;
    opened?.then(
      (stop) => stop(),
      () => undefined,
    );
  }
}
