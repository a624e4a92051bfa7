import type { Clock } from '../clock.ts';
import { TokenBucket } from './tokenBucket.ts';

const linesPerMinute = 60;
const flushMs = 10_000;
const delayMs = 1_000;
const maxWaiting = 64;

/** How to handle a rejection: log it individually, or count and delay it. */
export type Rejection =
  | { readonly kind: 'record' }
  | { readonly kind: 'count'; readonly delayMs: number }
  /** Too many are delayed already: answer immediately that the limit is reached. */
  | { readonly kind: 'reject' };

/**
 * Prevents guesses from exhausting disk or CPU: above a rate, rejections of unauthenticated callers are counted into one entry
 * and answered late. Valid credentials don't pass through here, so they are never delayed; but a short token is not accepted
 * while guesses arrive faster than they are logged.
 */
export class RejectionThrottle {
  readonly #clock: Clock;
  readonly #flush: (counts: ReadonlyMap<string, number>) => void;
  readonly #bucket: TokenBucket;
  #counts = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #waiting = 0;

  /** @param flush called with the counted rejections by reason, at most every 10 seconds */
  constructor(clock: Clock, flush: (counts: ReadonlyMap<string, number>) => void) {
    this.#clock = clock;
    this.#flush = flush;
    this.#bucket = new TokenBucket(linesPerMinute, clock.monotonic());
  }

  /** Above the limit, tokens short enough to guess are not compared: {@link isShortToken}. */
  get isPastLimit(): boolean {
    return this.#bucket.isEmpty(this.#clock.monotonic());
  }

  admit(reason: string): Rejection {
    if (this.#bucket.take(this.#clock.monotonic()).ok) return { kind: 'record' };
    this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + 1);
    this.#timer ??= setTimeout(() => this.flush(), flushMs).unref();
    return this.#waiting >= maxWaiting ? { kind: 'reject' } : { kind: 'count', delayMs };
  }

  /** Waits for a delay that `admit` returned. */
  async wait(ms: number): Promise<void> {
    this.#waiting += 1;
    await new Promise((resolve) => setTimeout(resolve, ms));
    this.#waiting -= 1;
  }

  /** Flushes the counts; called by the timer, and once on close. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#counts.size === 0) return;
    const counts = this.#counts;
    this.#counts = new Map();
    this.#flush(counts);
  }
}
