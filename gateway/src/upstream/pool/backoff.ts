const shortest = 500;
const longest = 30_000;

/** A server that has run for so long was healthy: its next failure counts as the first. Milliseconds. */
const healthyAfter = 60_000;

/** Milliseconds before a server may be started again after so many failures in a row: 0.5 s, doubling up to 30 s. */
export function backoffDelay(failures: number): number {
  return Math.min(longest, shortest * 2 ** (failures - 1));
}

/** Failures in a row, this one included. `uptime` is that of the instance that failed. */
export function countFailure(before: number, uptime: number): number {
  return uptime >= healthyAfter ? 1 : before + 1;
}
