import fc from 'fast-check';
import { expect, test } from 'vitest';
import { median, percentile } from './statistics.ts';

test('percentiles are nearest ranks', () => {
  const hundred = Array.from({ length: 100 }, (_, n) => n + 1);
  expect(percentile(hundred, 0.5)).toBe(50);
  expect(percentile(hundred, 0.99)).toBe(99);
  expect(percentile([7], 0.99)).toBe(7);
});

test('the median of an even count is between the two middle values', () => {
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(median([9, 1, 5])).toBe(5);
});

test('half of the values are on either side of the median', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1 }), (values) => {
      const middle = median(values);
      const half = values.length / 2;
      return (
        values.filter((value) => value <= middle).length >= half &&
        values.filter((value) => value >= middle).length >= half
      );
    }),
  );
});

test('nothing has no percentile', () => {
  expect(() => percentile([], 0.5)).toThrow(RangeError);
});
