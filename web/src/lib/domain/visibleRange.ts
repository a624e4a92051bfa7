export interface VisibleRange {
  /** First row to draw. */
  readonly first: number;
  /** One after the last row to draw. */
  readonly end: number;
}

/** Which of `count` rows of `size` pixels a scrolled window shows, with some more at either side. */
export function visibleRange(
  scrolled: number,
  viewport: number,
  size: number,
  count: number,
  extra = 6,
): VisibleRange {
  const first = Math.max(0, Math.min(Math.floor(scrolled / size) - extra, count));
  const end = Math.max(first, Math.min(count, Math.ceil((scrolled + viewport) / size) + extra));
  return { first, end };
}
