import { checkEvents } from '../audit/query/matchQuery.ts';
import { repeatCount } from '../audit/repeats/repeatCount.ts';
import type { AuditLine } from '../audit/types.ts';
import { callDuration } from './latency.ts';
import type { ActivityAnswer, ActivityBucket } from '../api/audit.ts';
import { maxActivityMinutes } from '../api/schema/activityMinutes.ts';

const bucketS = 60;
const bucketMs = bucketS * 1_000;

interface Counts {
  calls: number;
  refused: number;
  failed: number;
}

/** Decisions a minute over the last day, counted as the audit log grows. Times are milliseconds since the Unix epoch. */
export class Activity {
  readonly #since: number;
  /** By minute since the epoch; at most a day of them. */
  readonly #minutes = new Map<number, Counts>();

  constructor(now: number) {
    this.#since = now;
  }

  take(line: AuditLine): void {
    const calls = line.event === 'tool_authz' && line.allowed === true ? 1 : 0;
    const refused = line.allowed === false && checkEvents.has(line.event) ? repeatCount(line) : 0;
    const failed = callDuration(line) !== undefined && line.detail?.['outcome'] !== 'ok' ? 1 : 0;
    if (calls + refused + failed === 0) return;
    const counts = this.#counts(Math.floor(Date.parse(line.ts) / bucketMs));
    counts.calls += calls;
    counts.refused += refused;
    counts.failed += failed;
  }

  /** The buckets of the last minutes, that of `now` included. */
  last(minutes: number, now: number): Omit<ActivityAnswer, 'ok'> {
    const newest = Math.floor(now / bucketMs);
    const oldest = Math.max(newest - minutes + 1, Math.floor(this.#since / bucketMs));
    const buckets = Array.from({ length: Math.max(0, newest - oldest + 1) }, (_, at): ActivityBucket => {
      const minute = oldest + at;
      return {
        start_at: minute * bucketMs,
        ...(this.#minutes.get(minute) ?? { calls: 0, refused: 0, failed: 0 }),
      };
    });
    return { counting_since_at: this.#since, bucket_s: bucketS, buckets };
  }

  #counts(minute: number): Counts {
    let counts = this.#minutes.get(minute);
    if (counts === undefined) {
      this.#minutes.set(minute, (counts = { calls: 0, refused: 0, failed: 0 }));
      const [first] = this.#minutes.keys();
      if (this.#minutes.size > maxActivityMinutes && first !== undefined) this.#minutes.delete(first);
    }
    return counts;
  }
}
