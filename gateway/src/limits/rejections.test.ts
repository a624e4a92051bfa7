import { expect, test, vi } from 'vitest';
import { RejectionThrottle } from './rejections.ts';

/** A throttle by a clock that is stopped, and what it handed on. */
function throttle() {
  vi.useFakeTimers();
  const told: Record<string, number>[] = [];
  const clock = { now: () => 0, monotonic: () => 0 };
  return {
    told,
    rejections: new RejectionThrottle(clock, (counts) => told.push(Object.fromEntries(counts))),
    [Symbol.dispose]: () => void vi.useRealTimers(),
  };
}

test('sixty a minute are logged one by one, the others are counted by reason and handed on together', () => {
  using stage = throttle();
  const kinds = Array.from({ length: 70 }, (_, i) => stage.rejections.admit(i < 65 ? 'a' : 'b').kind);
  expect(kinds).toEqual([...Array<string>(60).fill('record'), ...Array<string>(10).fill('count')]);
  expect(stage.told).toEqual([]);
  vi.advanceTimersByTime(10_000);
  expect(stage.told).toEqual([{ a: 5, b: 5 }]);
  stage.rejections.admit('a');
  stage.rejections.flush();
  stage.rejections.flush();
  expect(stage.told).toEqual([{ a: 5, b: 5 }, { a: 1 }]);
});

test('is past the limit from the sixtieth denial on, and asking changes nothing', () => {
  using stage = throttle();
  for (let i = 0; i < 60; i++) {
    expect(stage.rejections.isPastLimit).toBe(false);
    stage.rejections.admit('a');
  }
  expect([stage.rejections.isPastLimit, stage.rejections.isPastLimit]).toEqual([true, true]);
});

test('no more than 64 wait at a time: who comes then is rejected immediately, and counted too', async () => {
  using stage = throttle();
  const { rejections } = stage;
  for (let i = 0; i < 60; i++) rejections.admit('a');
  const waiting = Array.from({ length: 64 }, () => {
    const rejection = rejections.admit('a');
    return rejections.wait(rejection.kind === 'count' ? rejection.delayMs : 0);
  });
  expect(rejections.admit('a').kind).toBe('reject');
  await vi.advanceTimersByTimeAsync(1_000);
  await Promise.all(waiting);
  expect(rejections.admit('a').kind).toBe('count');
  rejections.flush();
  expect(stage.told).toEqual([{ a: 66 }]);
});
