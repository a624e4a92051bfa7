import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TokenBucket } from './tokenBucket.ts';

test('a full bucket allows a burst of its size, then refills evenly', () => {
  const bucket = new TokenBucket(60, 0);
  for (let i = 0; i < 60; i++) expect(bucket.take(0)).toEqual({ ok: true });
  expect(bucket.take(0)).toEqual({ ok: false, retryAfterS: 1 });
  expect(bucket.take(999)).toEqual({ ok: false, retryAfterS: 1 });
  expect(bucket.take(1000)).toEqual({ ok: true });
  expect(bucket.take(1000)).toEqual({ ok: false, retryAfterS: 1 });
});

test('returns the wait at one request per minute', () => {
  const bucket = new TokenBucket(1, 0);
  bucket.take(0);
  expect(bucket.take(15_000)).toEqual({ ok: false, retryAfterS: 45 });
});

test('never allows more than the size plus the refilled tokens', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 500 }),
      fc.array(fc.integer({ min: -50, max: 5000 }), { maxLength: 300 }),
      (perMinute, steps) => {
        const bucket = new TokenBucket(perMinute, 0);
        let [now, latest, given] = [0, 0, 0];
        for (const step of steps) {
          now += step;
          latest = Math.max(latest, now);
          if (bucket.take(now).ok) given += 1;
        }
        expect(given).toBeLessThanOrEqual(perMinute + (latest * perMinute) / 60_000 + 1e-6);
      },
    ),
  );
});

test('a change of the limit adds no tokens', () => {
  const bucket = new TokenBucket(10, 0);
  for (let i = 0; i < 10; i++) bucket.take(0);
  expect(bucket.resized(10).take(0).ok).toBe(false);
  const wider = bucket.resized(12);
  expect([wider.take(0).ok, wider.take(0).ok, wider.take(0).ok]).toEqual([true, true, false]);
  expect(bucket.resized(5).take(0).ok).toBe(false);
});
