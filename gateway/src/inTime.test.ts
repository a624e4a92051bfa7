import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { inTime } from './inTime.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('returns a result in time, and leaves no timer behind', async () => {
  expect(await inTime(Promise.resolve('there'), 1_000)).toBe('there');
  await expect(inTime(Promise.reject(new Error('no')), 1_000)).rejects.toThrow('no');
  expect(vi.getTimerCount()).toBe(0);
});

test('returns undefined after the time limit, and ignores later results', async () => {
  const { promise, resolve } = Promise.withResolvers<string>();
  const given = inTime(promise, 1_000);
  await vi.advanceTimersByTimeAsync(1_000);
  resolve('late');
  expect(await given).toBeUndefined();
});
