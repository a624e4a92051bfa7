/** Time as the rooms see it; injected so that tests can turn the clock themselves. */
export interface Clock {
  /** Wall clock in milliseconds since the Unix epoch: for records that people read. */
  now(): number;
  /** Milliseconds from an arbitrary start, never going back: for limits, timeouts and durations. */
  monotonic(): number;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
};
