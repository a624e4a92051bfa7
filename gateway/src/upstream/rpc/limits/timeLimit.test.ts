import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { TimeLimit, type TimeLimits } from './timeLimit.ts';

beforeEach(() => void vi.useFakeTimers({ now: 0 }));
afterEach(() => void vi.useRealTimers());

const clock = { now: () => Date.now(), monotonic: () => Date.now() };

function limited(limits: TimeLimits) {
  const expired: unknown[] = [];
  const limit = new TimeLimit(clock, limits, (...given) => expired.push([Date.now(), ...given]));
  return { limit, expired };
}

test('expires without progress', () => {
  const { expired } = limited({ timeoutMs: 100, maxTimeoutMs: 1_000 });
  vi.advanceTimersByTime(99);
  expect(expired).toEqual([]);
  vi.advanceTimersByTime(5_000);
  expect(expired).toEqual([[100, 100, false]]);
});

test('begins again with progress, up to the limit for all', () => {
  const { limit, expired } = limited({ timeoutMs: 100, maxTimeoutMs: 250 });
  for (let at = 0; at < 400; at += 40) {
    vi.advanceTimersByTime(40);
    limit.extend();
  }
  expect(expired).toEqual([[250, 100, true]]);
});

test.each([undefined, 50])('is not extended by a limit for all of %s', (maxTimeoutMs) => {
  const { limit, expired } = limited({ timeoutMs: 100, maxTimeoutMs });
  vi.advanceTimersByTime(90);
  limit.extend();
  vi.advanceTimersByTime(1_000);
  expect(expired).toEqual([[100, 100, true]]);
});

test('is paused while the client is asked, and then begins again', () => {
  const { limit, expired } = limited({ timeoutMs: 100, maxTimeoutMs: 150 });
  vi.advanceTimersByTime(90);
  limit.pause();
  limit.pause();
  limit.extend();
  vi.advanceTimersByTime(1_000);
  limit.resume();
  vi.advanceTimersByTime(1_000);
  expect(expired).toEqual([]);
  limit.resume();
  vi.advanceTimersByTime(59);
  expect(expired).toEqual([]);
  vi.advanceTimersByTime(1_000);
  expect(expired).toEqual([[2_150, 100, false]]);
});

test('expires no more once it is stopped', () => {
  const { limit, expired } = limited({ timeoutMs: 100 });
  limit.stop();
  limit.extend();
  vi.advanceTimersByTime(1_000);
  expect(expired).toEqual([]);
});
