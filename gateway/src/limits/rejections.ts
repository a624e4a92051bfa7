import type { Clock } from '../clock.ts';
import { TokenBucket } from './tokenBucket.ts';

const linesPerMinute = 60;
const flushMs = 10_000;
const delayMs = 1_000;
const maxWaiting = 64;

/** How a rejection is to be handled: logged singly, or counted and made to wait. */
export type Rejection =
  | { readonly kind: 'record' }
  | { readonly kind: 'count'; readonly delayMs: number }
  /** Too many wait already: answer immediately that the limit is reached. */
  | { readonly kind: 'reject' };

/**
 * Keeps guesses from filling the disk or the processor: past a rate, rejections of callers that nobody knows are counted into
 * one line and answered late. A valid credential is never looked at here, so it is never delayed; but a short token is no
 * proof of anything while guesses are made faster than they are logged.
 */
export class RejectionThrottle {
  readonly #clock: Clock;
  readonly #flush: (counts: ReadonlyMap<string, number>) => void;
  readonly #bucket: TokenBucket;
  #counts = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #waiting = 0;

  /** @param flush gets the counted rejections by reason, at most every 10 seconds */
  constructor(clock: Clock, flush: (counts: ReadonlyMap<string, number>) => void) {
    this.#clock = clock;
    this.#flush = flush;
    this.#bucket = new TokenBucket(linesPerMinute, clock.monotonic());
  }

  /** Past the limit, what could be guessed is not compared: {@link isShortToken}. */
  get isPastLimit(): boolean {
    return this.#bucket.isEmpty(this.#clock.monotonic());
  }

  admit(reason: string): Rejection {
    if (this.#bucket.take(this.#clock.monotonic()).ok) return { kind: 'record' };
    this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + 1);
    this.#timer ??= setTimeout(() => this.flush(), flushMs).unref();
    return this.#waiting >= maxWaiting ? { kind: 'reject' } : { kind: 'count', delayMs };
  }

  /** Waits out a delay that `admit` asked for. */
  async wait(ms: number): Promise<void> {
    this.#waiting += 1;
    await new Promise((resolve) => setTimeout(resolve, ms));
    this.#waiting -= 1;
  }

  /** Hands on what was counted; called by the timer, and once at the end. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#counts.size === 0) return;
    const counts = this.#counts;
    this.#counts = new Map();
    this.#flush(counts);
  }
}
