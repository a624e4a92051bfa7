import type { UpstreamFailure } from '../../errors.ts';

const shortest = 500;
const longest = 30_000;

/** Trying an address costs next to nothing, and a server that is back should be used soon. */
const maxUnreachable = 2_000;

/**
 * Milliseconds before a server may be started again after a number of failed starts in a row: 0.5 s, doubling up to 30 s, or up to 2 s
 * where nobody answered at its address.
 */
export function backoffDelay(failures: number, last: UpstreamFailure): number {
  return Math.min(last === 'unreachable' ? maxUnreachable : longest, shortest * 2 ** (failures - 1));
}
