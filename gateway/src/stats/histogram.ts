import type { HistogramAnswer, HistogramBucket } from '../api/audit.ts';
import { rawOutcome } from '../audit/query/rawFacts.ts';
import { lineInstant, type AuditFilter } from '../audit/read/filter.ts';
import { firstInstant, tallyMatches } from '../audit/read/search.ts';
import type { LogIndex } from '../audit/index/logIndex.ts';

const maxBuckets = 60;
const secondsOf = { minute: 60, hour: 3_600, day: 86_400 } as const;
/** Widths that people read easily, in seconds. */
const widths = [
  ...[1, 5, 10, 30],
  ...[1, 2, 5, 10, 30].map((count) => count * secondsOf.minute),
  ...[1, 3, 6, 12].map((count) => count * secondsOf.hour),
  ...[1, 7, 30, 90, 365].map((count) => count * secondsOf.day),
];

/**
 * How the lines that match are spread over time, in at most 60 buckets of equal width that cover the range of the filter, or
 * the whole log.
 * @param now milliseconds since the Unix epoch
 * @throws the file system's error
 */
export async function histogramOf(
  path: string,
  filter: AuditFilter,
  now: number,
  index?: LogIndex,
): Promise<Omit<HistogramAnswer, 'ok'>> {
  const from = Date.parse(filter.from ?? (await firstInstant(path)) ?? '') || now;
  const to = Math.max(from, filter.to === undefined ? now : Math.min(now, Date.parse(filter.to)));
  const width = widthFor(from, to) * 1_000;
  const first = Math.floor(from / width);
  const length = Math.floor(to / width) - first + 1;
  const buckets = Array.from({ length }, (_, at) => ({
    start_at: (first + at) * width,
    ok: 0,
    failed: 0,
    denied: 0,
    other: 0,
  }));
  const slotOf = (at: number): number => Math.floor(at / width) - first;
  const add = (at: number, outcome: string | null, count: number): void => {
    const bucket = buckets[slotOf(at)];
    if (bucket !== undefined) bucket[kindOf(outcome)] += count;
  };
  await tallyMatches(
    path,
    filter,
    {
      slotOf,
      line: (line) => add(Date.parse(lineInstant(line)), rawOutcome(line), 1),
      group: ({ at, outcome, count }) => add(at, outcome, count),
    },
    index,
  );
  return { bucket_s: width / 1_000, buckets };
}

function widthFor(from: number, to: number): number {
  const fits = (width: number): boolean =>
    Math.floor(to / 1_000 / width) - Math.floor(from / 1_000 / width) < maxBuckets;
  return widths.find(fits) ?? widths.at(-1) ?? 1;
}

/** Which part of a bucket an outcome belongs to. */
function kindOf(outcome: string | null): Exclude<keyof HistogramBucket, 'start_at'> {
  if (outcome === null) return 'other';
  return outcome === 'ok' || outcome === 'denied' ? outcome : 'failed';
}
