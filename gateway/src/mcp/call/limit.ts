import { RpcCode } from '../../errors.ts';
import type { Client } from '../../registry/types.ts';
import type { Caller } from './caller.ts';
import { RpcFailure } from '../jsonrpc/rpcFailure.ts';

/** Whether the client may send a request now and, if not, when it may. */
export type Limited = { readonly ok: true } | { readonly ok: false; readonly retryAfterS: number };

/** Takes a token of the client's bucket for one request. */
export type TakeToken = (client: Client) => Limited;

/** The rate limit in front of every request, batch item and subscribed resource: records a rejection, and throws −32009. */
export function enterLimit(take: TakeToken, caller: Caller, method: string | null): void {
  const taken = take(caller.client);
  if (taken.ok) return;
  caller.trail.note({
    event: 'rate_limited',
    allowed: false,
    reason: 'rate_limit_exceeded',
    detail: { method, limit_rpm: caller.client.rateLimitRpm },
  });
  throw new RpcFailure(
    RpcCode.rateLimited,
    `rate limit of ${caller.client.rateLimitRpm} requests a minute reached; try again in ${taken.retryAfterS} s`,
    { retry_after_s: taken.retryAfterS },
  );
}
