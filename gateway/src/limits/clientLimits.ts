import type { Clock } from '../clock.ts';
import type { Client } from '../registry/types.ts';
import { TokenBucket, type Taken } from './tokenBucket.ts';

/** One bucket a client, in memory; a changed limit takes effect on the next request. */
export class ClientLimits {
  readonly #clock: Clock;
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes one token for one JSON-RPC request. */
  take(client: Client): Taken {
    if (client.rateLimitRpm === null) {
      this.#buckets.delete(client.id);
      return { ok: true };
    }
    return this.#bucket(client.id, client.rateLimitRpm).take(this.#clock.monotonic());
  }

  #bucket(id: string, perMinute: number): TokenBucket {
    const known = this.#buckets.get(id);
    if (known?.perMinute === perMinute) return known;
    const bucket = known?.resized(perMinute) ?? new TokenBucket(perMinute, this.#clock.monotonic());
    this.#buckets.set(id, bucket);
    return bucket;
  }
}
