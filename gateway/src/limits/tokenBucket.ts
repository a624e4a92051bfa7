export type Taken = { readonly ok: true } | { readonly ok: false; readonly retryAfterS: number };

/** A token bucket: `perMinute` tokens at the most, refilled evenly. Times are monotonic milliseconds. */
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

  /** Whether nothing could be taken now. */
  isEmpty(now: number): boolean {
    this.#tokens = Math.min(this.perMinute, this.#tokens + Math.max(0, now - this.#at) * this.#perMs);
    this.#at = Math.max(this.#at, now);
    return this.#tokens < 1;
  }

  get #perMs(): number {
    return this.perMinute / 60_000;
  }

  /** The same bucket under another limit: what was spent stays spent, nothing is given away by the change. */
  resized(perMinute: number): TokenBucket {
    const bucket = new TokenBucket(perMinute, this.#at);
    bucket.#tokens = Math.max(0, perMinute - (this.perMinute - this.#tokens));
    return bucket;
  }
}
