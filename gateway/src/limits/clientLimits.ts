import type { Clock } from '../clock.ts';
import type { Client } from '../registry/types.ts';
import { TokenBucket, type Taken } from './tokenBucket.ts';

/** Notifications and responses are cheaper and can't be avoided: their number per request of the limit, and the minimum. */
const [messagesPerRequest, minMessages] = [10, 600];

/** Two buckets per client, in memory; a changed limit takes effect on the next request. */
export class ClientLimits {
  readonly #clock: Clock;
  readonly #requests = new Map<string, TokenBucket>();
  readonly #messages = new Map<string, TokenBucket>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes one token for a JSON-RPC request, a batch item or a subscribed resource. */
  take({ id, rateLimitRpm }: Client): Taken {
    return this.#take(this.#requests, id, rateLimitRpm);
  }

  /** Takes one token for any other message, a GET or a DELETE. */
  takeMessage({ id, rateLimitRpm }: Client): Taken {
    const perMinute = rateLimitRpm === null ? null : Math.max(rateLimitRpm * messagesPerRequest, minMessages);
    return this.#take(this.#messages, id, perMinute);
  }

  #take(buckets: Map<string, TokenBucket>, id: string, perMinute: number | null): Taken {
    if (perMinute === null) {
      buckets.delete(id);
      return { ok: true };
    }
    return this.#bucket(buckets, id, perMinute).take(this.#clock.monotonic());
  }

  #bucket(buckets: Map<string, TokenBucket>, id: string, perMinute: number): TokenBucket {
    const known = buckets.get(id);
    if (known?.perMinute === perMinute) return known;
    const bucket = known?.resized(perMinute) ?? new TokenBucket(perMinute, this.#clock.monotonic());
    buckets.set(id, bucket);
    return bucket;
  }
}
