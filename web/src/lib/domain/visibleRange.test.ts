import fc from 'fast-check';
import { expect, test } from 'vitest';
import { visibleRange } from './visibleRange.ts';

test('the start, the middle and the end of a long list', () => {
  expect(visibleRange(0, 320, 32, 10_000, 2)).toEqual({ first: 0, end: 12 });
  expect(visibleRange(3_200, 320, 32, 10_000, 2)).toEqual({ first: 98, end: 112 });
  expect(visibleRange(320_000, 320, 32, 10_000, 2)).toEqual({ first: 9_998, end: 10_000 });
});

test('every row in the window is drawn, and never more than the window and its margin', () => {
  fc.assert(
    fc.property(fc.nat(400_000), fc.nat(2_000), fc.nat(10_000), (scrolled, viewport, count) => {
      const { first, end } = visibleRange(scrolled, viewport, 32, count);
      expect(first).toBeGreaterThanOrEqual(0);
      expect(end).toBeLessThanOrEqual(count);
      expect(end - first).toBeLessThanOrEqual(Math.ceil(viewport / 32) + 14);
      const top = Math.floor(scrolled / 32);
      if (top < count && viewport > 0) expect(first <= top && top < end).toBe(true);
    }),
  );
});
