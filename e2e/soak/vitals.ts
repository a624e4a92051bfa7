import { readFileSync, readdirSync } from 'node:fs';

/** A process at one moment. */
export interface Vitals {
  readonly rssMib: number;
  readonly descriptors: number;
}

export function vitalsOf(pid: number): Vitals {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kib = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]);
  return { rssMib: kib / 1024, descriptors: readdirSync(`/proc/${pid}/fd`).length };
}

/** What load may add permanently: caches that fill, heaps that settle. */
const slack = { share: 0.2, mib: 30, descriptors: 20 };

/** What grew between the second and the last quarter of the samples, in words; nothing when all stayed flat. */
export function growth(samples: readonly Vitals[]): string[] {
  const quarter = Math.floor(samples.length / 4);
  if (quarter === 0) return ['too few samples to tell'];
  const early = samples.slice(quarter, 2 * quarter);
  const late = samples.slice(-quarter);
  const [rssBefore, rssAfter] = [median(early, 'rssMib'), median(late, 'rssMib')];
  const [fdBefore, fdAfter] = [median(early, 'descriptors'), median(late, 'descriptors')];
  return [
    ...(rssAfter > rssBefore * (1 + slack.share) + slack.mib
      ? [`memory grew from ${rssBefore.toFixed(0)} to ${rssAfter.toFixed(0)} MiB`]
      : []),
    ...(fdAfter > fdBefore + slack.descriptors ? [`descriptors grew from ${fdBefore} to ${fdAfter}`] : []),
  ];
}

function median(samples: readonly Vitals[], of: keyof Vitals): number {
  const sorted = samples.map((sample) => sample[of]).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
