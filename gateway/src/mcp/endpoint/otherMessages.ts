import { onceDurable } from '../../audit/durable.ts';
import { RpcCode } from '../../errors.ts';
import type { TakeToken } from '../call/limit.ts';
import type { Arrival } from '../era/arrival.ts';
import type { Exchange } from '../jsonrpc/exchange.ts';
import { errorText } from '../jsonrpc/message.ts';

/**
 * The limit of messages that are no requests, and of GET and DELETE. Over it the exchange is answered with 429, once that is
 * logged.
 * @param count how many messages come together
 * @returns whether there was room for all of them
 */
export async function enterMessages(
  take: TakeToken,
  { client, trail }: Arrival,
  exchange: Exchange,
  count = 1,
): Promise<boolean> {
  for (let i = 0; i < count; i++) {
    const taken = take(client);
    if (taken.ok) continue;
    const detail = { limit: 'messages', limit_rpm: client.rateLimitRpm };
    trail.note({ event: 'rate_limited', allowed: false, reason: 'rate_limit_exceeded', detail });
    const data = { retry_after_s: taken.retryAfterS };
    const message = `too many notifications and responses; retry in ${taken.retryAfterS} s`;
    await onceDurable(trail, () =>
      exchange.json(429, errorText(null, { code: RpcCode.rateLimited, message, data }), {
        'Retry-After': String(taken.retryAfterS),
      }),
    );
    return false;
  }
  return true;
}
