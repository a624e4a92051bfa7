import type { UpstreamFailure } from '../../errors.ts';

const shortest = 500;
const longest = 30_000;

/** A server that has run for so long was healthy: its next failure counts as the first. Milliseconds. */
const healthyAfter = 60_000;

/** Trying an address costs next to nothing, and a server that is back should be used soon. */
const longestUnreachable = 2_000;

/**
 * Milliseconds before a server may be started again after so many failures in a row: 0.5 s, doubling up to 30 s, or up to 2 s
 * where nobody answered at its address.
 */
export function backoffDelay(failures: number, last: UpstreamFailure): number {
  return Math.min(last === 'unreachable' ? longestUnreachable : longest, shortest * 2 ** (failures - 1));
}

/** Failures in a row, this one included. `uptime` is that of the instance that failed. */
export function countFailure(before: number, uptime: number): number {
  return uptime >= healthyAfter ? 1 : before + 1;
}
