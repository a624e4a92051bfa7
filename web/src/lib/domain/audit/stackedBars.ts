/**
 * How high each part of a stack of bars ends: every series upon the ones before it. Null where a part is nothing: a bar of no
 * height would still be drawn as a line.
 */
export function stackedBars(series: readonly (readonly number[])[]): (number | null)[][] {
  const heights: number[] = [];
  return series.map((values) =>
    values.map((value, index) => {
      heights[index] = (heights[index] ?? 0) + value;
      return value === 0 ? null : heights[index];
    }),
  );
}
