import { expect, test, vi } from 'vitest';
import { RejectionThrottle } from './rejections.ts';

/** A throttle with a stopped clock, and the counts it flushed. */
function throttle() {
  vi.useFakeTimers();
  const flushed: Record<string, number>[] = [];
  const clock = { now: () => 0, monotonic: () => 0 };
  return {
    flushed,
    rejections: new RejectionThrottle(clock, (counts) => flushed.push(Object.fromEntries(counts))),
    [Symbol.dispose]: () => void vi.useRealTimers(),
  };
}

test('logs sixty per minute individually, and flushes the counts of the others by reason', () => {
  using stage = throttle();
  const kinds = Array.from({ length: 70 }, (_, i) => stage.rejections.admit(i < 65 ? 'a' : 'b').kind);
  expect(kinds).toEqual([...Array<string>(60).fill('record'), ...Array<string>(10).fill('count')]);
  expect(stage.flushed).toEqual([]);
  vi.advanceTimersByTime(10_000);
  expect(stage.flushed).toEqual([{ a: 5, b: 5 }]);
  stage.rejections.admit('a');
  stage.rejections.flush();
  stage.rejections.flush();
  expect(stage.flushed).toEqual([{ a: 5, b: 5 }, { a: 1 }]);
});

test('is past the limit from the sixtieth denial on, and reading it has no effect', () => {
  using stage = throttle();
  for (let i = 0; i < 60; i++) {
    expect(stage.rejections.isPastLimit).toBe(false);
    stage.rejections.admit('a');
  }
  expect([stage.rejections.isPastLimit, stage.rejections.isPastLimit]).toEqual([true, true]);
});

test('delays at most 64 at a time; further ones are rejected immediately and counted', async () => {
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
  expect(stage.flushed).toEqual([{ a: 66 }]);
});
