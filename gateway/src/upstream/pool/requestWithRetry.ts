import { setTimeout as pause } from 'node:timers/promises';
import { UpstreamError } from '../../errors.ts';
import type { Timeouts } from '../../registry/types.ts';
import type { Instance, UpstreamAnswer } from '../types.ts';

/**
 * A request that may be repeated without harm (lists), tried again after a timeout as often as the registry says.
 * Never for tools/call: nobody knows what the first try has done.
 * @throws UpstreamError of the last try; any failure but a timeout is final immediately
 */
export async function requestWithRetry(
  instance: Pick<Instance, 'request'>,
  method: string,
  params: Readonly<Record<string, unknown>> | undefined,
  timeouts: Pick<Timeouts, 'toolsListS' | 'retryOnTimeout' | 'retryBackoffS'>,
): Promise<UpstreamAnswer> {
  for (let retriesLeft = timeouts.retryOnTimeout; ; retriesLeft--) {
    try {
      return await instance.request(method, params, { timeoutMs: timeouts.toolsListS * 1_000 });
    } catch (error) {
      if (!isTimeout(error) || retriesLeft <= 0) throw error;
      await pause(timeouts.retryBackoffS * 1_000);
    }
  }
}

export function isTimeout(error: unknown): boolean {
  return error instanceof UpstreamError && error.kind === 'timeout';
}
