import { expect, test } from 'vitest';
import { stackedBars } from './stackedBars.ts';

test('each part stands upon the ones before it, and nothing is drawn for nothing', () => {
  expect(
    stackedBars([
      [3, 0, 2, 0],
      [1, 4, 0, 0],
    ]),
  ).toEqual([
    [3, null, 2, null],
    [4, 4, null, null],
  ]);
});

test('one bucket alone is drawn', () => {
  expect(stackedBars([[5], [2]])).toEqual([[5], [7]]);
});
