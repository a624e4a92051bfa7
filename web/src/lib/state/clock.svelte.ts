/** The time that relative times are told by; one tick for all of them. */
class TickingClock {
  now = $state(Date.now());

  /** Ticks until the returned function is called. */
  run(): () => void {
    const timer = setInterval(() => (this.now = Date.now()), 1_000);
    return () => clearInterval(timer);
  }
}

export const clock = new TickingClock();
