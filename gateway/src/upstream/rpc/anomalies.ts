import type { Clock } from '../../clock.ts';
import type { LifecycleEvent } from '../types.ts';

export type Anomaly = Extract<LifecycleEvent, { type: 'anomaly' }>['what'];

/** Milliseconds between two reports of the same kind. */
const reportEvery = 10_000;

/** Counts protocol violations of a server; reports the first immediately, the following ones from time to time. */
export class Anomalies {
  readonly #report: (what: Anomaly, count: number) => void;
  readonly #clock: Clock;
  readonly #counts = new Map<Anomaly, { unreported: number; reportedAt: number }>();

  constructor(clock: Clock, report: (what: Anomaly, count: number) => void) {
    this.#clock = clock;
    this.#report = report;
  }

  add(what: Anomaly): void {
    const now = this.#clock.monotonic();
    const count = this.#counts.get(what);
    if (!count) {
      this.#counts.set(what, { unreported: 0, reportedAt: now });
      this.#report(what, 1);
      return;
    }
    count.unreported++;
    if (now - count.reportedAt < reportEvery) return;
    this.#report(what, count.unreported);
    count.unreported = 0;
    count.reportedAt = now;
  }

  /** Reports what is still unreported: the server has ended. */
  flush(): void {
    for (const [what, count] of this.#counts) {
      if (count.unreported > 0) this.#report(what, count.unreported);
    }
    this.#counts.clear();
  }
}
