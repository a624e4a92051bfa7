import { expect, test, vi } from 'vitest';
import { RefusalThrottle } from './rejections.ts';

/** A throttle by a clock that stands still, and what it handed on. */
function throttle() {
  vi.useFakeTimers();
  const told: Record<string, number>[] = [];
  const clock = { now: () => 0, monotonic: () => 0 };
  return {
    told,
    refusals: new RefusalThrottle(clock, (counts) => told.push(Object.fromEntries(counts))),
    [Symbol.dispose]: () => void vi.useRealTimers(),
  };
}

test('sixty a minute are logged one by one, the others are counted by reason and handed on together', () => {
  using stage = throttle();
  const kinds = Array.from({ length: 70 }, (_, i) => stage.refusals.admit(i < 65 ? 'a' : 'b').kind);
  expect(kinds).toEqual([...Array<string>(60).fill('record'), ...Array<string>(10).fill('count')]);
  expect(stage.told).toEqual([]);
  vi.advanceTimersByTime(10_000);
  expect(stage.told).toEqual([{ a: 5, b: 5 }]);
  stage.refusals.admit('a');
  stage.refusals.flush();
  stage.refusals.flush();
  expect(stage.told).toEqual([{ a: 5, b: 5 }, { a: 1 }]);
});

test('no more than 64 wait at a time: who comes then is refused immediately, and counted too', async () => {
  using stage = throttle();
  const { refusals } = stage;
  for (let i = 0; i < 60; i++) refusals.admit('a');
  const waiting = Array.from({ length: 64 }, () => {
    const refusal = refusals.admit('a');
    return refusals.wait(refusal.kind === 'count' ? refusal.delayMs : 0);
  });
  expect(refusals.admit('a').kind).toBe('reject');
  await vi.advanceTimersByTimeAsync(1_000);
  await Promise.all(waiting);
  expect(refusals.admit('a').kind).toBe('count');
  refusals.flush();
  expect(stage.told).toEqual([{ a: 66 }]);
});
