import type { OverviewRange } from 'lmcp-gateway/src/api/overview.ts';

/** The ranges of time that Overview counts over, and their names. */
export const rangeNames = {
  '1h': 'Last hour',
  '24h': 'Last 24 hours',
  '7d': 'Last 7 days',
} as const satisfies Record<OverviewRange, string>;
export const ranges = Object.keys(rangeNames) as OverviewRange[];

/** The range that an address names; the first one where it names none. */
export function rangeOf(text: string | null): OverviewRange {
  return ranges.find((one) => one === text) ?? '1h';
}
