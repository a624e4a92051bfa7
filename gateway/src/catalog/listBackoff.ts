import type { UpstreamError } from '../errors.ts';

const shortest = 1_000;
const longest = 5 * 60_000;

interface Failure {
  readonly count: number;
  /** Monotonic milliseconds. */
  readonly retryAt: number;
  readonly error: UpstreamError;
  readonly timer: NodeJS.Timeout;
}

/** Lists that could not be read: each is retried after 1 s, doubling up to 5 min, whether or not a caller waits. */
export class ListBackoff {
  readonly #failures = new Map<string, Failure>();
  readonly #now: () => number;

  /** @param now monotonic milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** The last failure while this list is backing off; undefined if it may be requested. */
  holds(key: string): UpstreamError | undefined {
    const failure = this.#failures.get(key);
    return failure !== undefined && this.#now() < failure.retryAt ? failure.error : undefined;
  }

  failed(key: string, error: UpstreamError, retry: () => void): void {
    const before = this.#failures.get(key);
    clearTimeout(before?.timer);
    const count = (before?.count ?? 0) + 1;
    const delay = Math.min(longest, shortest * 2 ** (count - 1));
    // A timer can fire a little early by the other clock.
    const timer = setTimeout(retry, delay + 1).unref();
    this.#failures.set(key, { count, retryAt: this.#now() + delay, error, timer });
  }

  succeeded(key: string): void {
    clearTimeout(this.#failures.get(key)?.timer);
    this.#failures.delete(key);
  }

  /** Forgets the failures of all keys with this prefix. */
  forget(prefix: string): void {
    for (const key of [...this.#failures.keys()]) if (key.startsWith(prefix)) this.succeeded(key);
  }

  close(): void {
    this.forget('');
  }
}
