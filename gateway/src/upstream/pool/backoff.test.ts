import { expect, test } from 'vitest';
import { backoffDelay } from './backoff.ts';

test('half a second, doubling up to half a minute', () => {
  expect([1, 2, 3, 4, 5, 6, 7, 8, 2_000].map((failures) => backoffDelay(failures, 'exited'))).toEqual([
    500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000,
  ]);
});

test('an address that nobody answers at is tried again after two seconds at most', () => {
  expect([1, 2, 3, 4, 2_000].map((failures) => backoffDelay(failures, 'unreachable'))).toEqual([
    500, 1_000, 2_000, 2_000, 2_000,
  ]);
});
