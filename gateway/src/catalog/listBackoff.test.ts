import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { UpstreamError } from '../errors.ts';
import { ListBackoff } from './listBackoff.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const error = new UpstreamError('start_failed', 'it does not start');

test('retries after 1 s, doubling up to 5 min, and from 1 s again after a success', () => {
  let now = 0;
  const backoff = new ListBackoff(() => now);
  const waits: number[] = [];
  for (let failures = 0; failures < 12; failures++) {
    const failedAt = now;
    const retried = vi.fn();
    backoff.failed('a ', error, retried);
    expect(backoff.holds('a ')).toBe(error);
    expect(backoff.holds('b ')).toBeUndefined();
    while (retried.mock.calls.length === 0) {
      now += 500;
      vi.advanceTimersByTime(500);
    }
    expect(backoff.holds('a ')).toBeUndefined();
    waits.push(Math.floor((now - failedAt) / 1_000));
  }
  expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]);
  backoff.succeeded('a ');
  backoff.failed('a ', error, () => undefined);
  now += 1_001;
  expect(backoff.holds('a ')).toBeUndefined();
});

test('forgets the failures of a server, and does not retry forgotten ones', () => {
  const backoff = new ListBackoff(() => 0);
  let retried = 0;
  for (const key of ['a  tools', 'a  prompts', 'ab  tools']) backoff.failed(key, error, () => retried++);
  backoff.forget('a ');
  expect(['a  tools', 'a  prompts', 'ab  tools'].map((key) => backoff.holds(key))).toEqual([
    undefined,
    undefined,
    error,
  ]);
  vi.advanceTimersByTime(5_000);
  expect(retried).toBe(1);
});
