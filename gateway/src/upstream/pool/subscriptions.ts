import type { ResourceSubscriptions, UpstreamAnswer } from '../types.ts';

export interface SubscriptionsParts {
  readonly subscribe: (uri: string) => Promise<UpstreamAnswer | undefined>;
  readonly unsubscribe: (uri: string) => Promise<void>;
}

/** Counts who listens to which resource, so that the server is told of the first and of the last alone. */
export class CountedSubscriptions implements ResourceSubscriptions {
  readonly #parts: SubscriptionsParts;
  readonly #counts = new Map<
    string,
    { count: number; readonly rejection: Promise<UpstreamAnswer | undefined> }
  >();

  constructor(parts: SubscriptionsParts) {
    this.#parts = parts;
  }

  get size(): number {
    return this.#counts.size;
  }

  async add(uri: string): Promise<UpstreamAnswer | undefined> {
    const known = this.#counts.get(uri);
    const entry = known ?? { count: 0, rejection: this.#parts.subscribe(uri) };
    if (!known) this.#counts.set(uri, entry);
    entry.count++;
    try {
      const rejection = await entry.rejection;
      if (rejection !== undefined) this.#counts.delete(uri);
      return rejection;
    } catch (error) {
      this.#counts.delete(uri);
      throw error;
    }
  }

  async remove(uri: string): Promise<void> {
    const entry = this.#counts.get(uri);
    if (!entry || --entry.count > 0) return;
    this.#counts.delete(uri);
    await this.#parts.unsubscribe(uri);
  }
}
