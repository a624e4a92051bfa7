import { overviewRanges, type OverviewAnswer, type OverviewRange } from '../api/overview.ts';
import { outcomeOf } from '../audit/query/matchQuery.ts';
import type { LogIndex } from '../audit/index/logIndex.ts';
import { visitMatches } from '../audit/read/search.ts';
import { repeatCount } from '../audit/repeats/repeatCount.ts';
import type { AuditLine } from '../audit/types.ts';
import { callDuration, percentile } from './latency.ts';

const bucketCount = 48;
const maxGroups = 50;
/** Enough for a stable percentile; the newest calls count. */
const maxDurations = 20_000;
const hourMs = 3_600_000;

type DeniedGroup = OverviewAnswer['denied'][number];
type ActivePair = OverviewAnswer['active'][number];

/**
 * What happened in the last hour, day or week. It is read from the log, so that a restart changes nothing.
 * @param now milliseconds since the Unix epoch
 * @throws the file system's error
 */
export async function overviewOf(
  path: string,
  range: OverviewRange,
  now: number,
  index?: LogIndex,
): Promise<Omit<OverviewAnswer, 'ok'>> {
  const length = overviewRanges[range] * hourMs;
  const from = now - length;
  const counts = new OverviewCounts(from, length / bucketCount);
  const filter = { outcomes: true, from: new Date(from).toISOString() } as const;
  const take = (line: string): void =>
    counts.take(JSON.parse(Buffer.from(line, 'latin1').toString('utf8')) as AuditLine);
  await visitMatches(path, filter, take, index);
  return { from, ...counts.result() };
}

class OverviewCounts {
  readonly #from: number;
  readonly #width: number;
  readonly #buckets: { start_at: number; calls: number; failed: number; denied: number }[];
  readonly #denied = new Map<string, DeniedGroup>();
  readonly #active = new Map<string, ActivePair>();
  readonly #durations: number[] = [];

  constructor(from: number, width: number) {
    this.#from = from;
    this.#width = width;
    this.#buckets = Array.from({ length: bucketCount }, (_, at) => ({
      start_at: from + at * width,
      calls: 0,
      failed: 0,
      denied: 0,
    }));
  }

  /** Lines come newest first. */
  take(line: AuditLine): void {
    const at = Date.parse(line.ts);
    const last = this.#buckets.length - 1;
    const bucket = this.#buckets[Math.min(last, Math.floor((at - this.#from) / this.#width))];
    if (bucket === undefined) return;
    const outcome = outcomeOf(line);
    if (outcome === 'denied') {
      bucket.denied += repeatCount(line);
      this.#takeDenied(line, at);
      return;
    }
    const duration = callDuration(line);
    if (duration === undefined) return;
    bucket.calls += 1;
    if (outcome !== 'ok') bucket.failed += 1;
    if (this.#durations.length < maxDurations) this.#durations.push(duration);
    this.#takeCall(line, at);
  }

  result(): Omit<OverviewAnswer, 'ok' | 'from'> {
    const sum = (key: 'calls' | 'failed' | 'denied'): number =>
      this.#buckets.reduce((total, bucket) => total + bucket[key], 0);
    return {
      totals: {
        calls: sum('calls'),
        failed: sum('failed'),
        denied: sum('denied'),
        p95_ms: percentile(
          this.#durations.toSorted((a, b) => a - b),
          95,
        ),
      },
      buckets: this.#buckets,
      denied: [...this.#denied.values()],
      active: [...this.#active.values()].sort((a, b) => b.calls - a.calls).slice(0, maxGroups),
    };
  }

  #takeDenied({ client_id, server_id, tool_name, event, reason, detail }: AuditLine, at: number): void {
    const key = JSON.stringify([client_id, server_id, tool_name, event, reason]);
    const group = this.#denied.get(key);
    const count = repeatCount({ detail });
    if (group !== undefined) this.#denied.set(key, { ...group, count: group.count + count });
    // The first line of a group is its newest: groups beyond the limit are older than all that are kept.
    else if (this.#denied.size < maxGroups)
      this.#denied.set(key, { client_id, server_id, tool_name, event, reason, count, last_at: at });
  }

  /** Only calls that passed the checks have an outcome, so their names come from the registry and can't grow by guessing. */
  #takeCall({ client_id, server_id }: AuditLine, at: number): void {
    if (client_id === null || server_id === null) return;
    const key = JSON.stringify([client_id, server_id]);
    const { calls, last_at } = this.#active.get(key) ?? { calls: 0, last_at: at };
    this.#active.set(key, { client_id, server_id, calls: calls + 1, last_at });
  }
}
