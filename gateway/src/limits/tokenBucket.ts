export type Taken = { readonly ok: true } | { readonly ok: false; readonly retryAfterS: number };

/** A token bucket: at most `perMinute` tokens, refilled evenly. Times are monotonic milliseconds. */
export class TokenBucket {
  readonly perMinute: number;
  #tokens: number;
  #at: number;

  constructor(perMinute: number, now: number) {
    this.perMinute = perMinute;
    this.#tokens = perMinute;
    this.#at = now;
  }

  take(now: number): Taken {
    if (!this.isEmpty(now)) {
      this.#tokens -= 1;
      return { ok: true };
    }
    return { ok: false, retryAfterS: Math.ceil((1 - this.#tokens) / this.#perMs / 1000) };
  }

  /** Whether no token is available now. */
  isEmpty(now: number): boolean {
    this.#tokens = Math.min(this.perMinute, this.#tokens + Math.max(0, now - this.#at) * this.#perMs);
    this.#at = Math.max(this.#at, now);
    return this.#tokens < 1;
  }

  get #perMs(): number {
    return this.perMinute / 60_000;
  }

  /** The same bucket with another limit: spent tokens stay spent, and the change adds none. */
  resized(perMinute: number): TokenBucket {
    const bucket = new TokenBucket(perMinute, this.#at);
    bucket.#tokens = Math.max(0, perMinute - (this.perMinute - this.#tokens));
    return bucket;
  }
}
