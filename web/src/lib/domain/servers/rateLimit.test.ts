import { expect, test } from 'vitest';
import { readRateLimit } from './rateLimit.ts';

test.each([
  ['', null],
  ['  ', null],
  ['60', 60],
  [' 1 ', 1],
  ['0', undefined],
  ['-5', undefined],
  ['1.5', undefined],
  ['1e3', undefined],
  ['many', undefined],
  ['99999999999999999999', undefined],
])('%j is read as %j', (text, value) => {
  expect(readRateLimit(text)).toBe(value);
});
