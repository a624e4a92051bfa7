import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gridMove } from './gridMove.ts';

const last = { row: 19, column: 49 };

test.each([
  ['ArrowUp', { row: 0, column: 3 }, { row: -1, column: 3 }],
  ['ArrowLeft', { row: 2, column: 0 }, { row: 2, column: -1 }],
  ['ArrowLeft', { row: -1, column: 0 }, { row: -1, column: 0 }],
  ['ArrowUp', { row: 0, column: -1 }, { row: 0, column: -1 }],
  ['PageDown', { row: 15, column: 1 }, { row: 19, column: 1 }],
  ['PageUp', { row: 4, column: 1 }, { row: 0, column: 1 }],
  ['Home', { row: 4, column: 9 }, { row: 4, column: 0 }],
  ['End', { row: 4, column: -1 }, { row: 4, column: 49 }],
])('%s from %o leads to %o', (key, from, to) => {
  expect(gridMove(key, false, from, last)).toEqual(to);
});

test('with control, Home and End lead to the corners', () => {
  expect(gridMove('Home', true, { row: 4, column: 9 }, last)).toEqual({ row: 0, column: 0 });
  expect(gridMove('End', true, { row: 4, column: 9 }, last)).toEqual(last);
});

test('other keys do not move', () => {
  for (const key of ['Enter', ' ', 'a', 'Tab', 'toString']) {
    expect(gridMove(key, false, { row: 0, column: 0 }, last)).toBeNull();
  }
});

test('no sequence of keys leaves the grid or enters its corner', () => {
  const keys = fc.constantFrom(
    ...['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'PageUp', 'PageDown', 'Home', 'End'],
  );
  const size = fc.record({ row: fc.nat(30), column: fc.nat(30) });
  fc.assert(
    fc.property(fc.array(fc.tuple(keys, fc.boolean()), { maxLength: 40 }), size, (pressed, end) => {
      let at = { row: 0, column: 0 };
      for (const [key, control] of pressed) at = gridMove(key, control, at, end) ?? at;
      expect(at.row).toBeGreaterThanOrEqual(-1);
      expect(at.column).toBeGreaterThanOrEqual(-1);
      expect(at.row + at.column).toBeGreaterThan(-2);
      expect(at.row).toBeLessThanOrEqual(end.row);
      expect(at.column).toBeLessThanOrEqual(end.column);
    }),
  );
});
