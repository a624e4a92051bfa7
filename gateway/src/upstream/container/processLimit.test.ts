import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ProcessLimit } from './processLimit.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A container at work, with these numbers of processes at each look; the last number stays. */
function watched(...counts: (number | undefined)[]) {
  const seen = { looks: 0, reached: 0 };
  const processes = () => Promise.resolve(counts[Math.min(seen.looks++, counts.length - 1)]);
  const limit = new ProcessLimit({ processes }, 10, () => seen.reached++);
  limit.active();
  return { limit, seen };
}

it('tells of a container that is at its limit twice in a row', async () => {
  const { seen } = watched(10);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(seen).toEqual({ looks: 1, reached: 0 });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(seen).toEqual({ looks: 2, reached: 1 });
});

it('looks on while it is near its limit, and no more when it is idle, has ended or was released', async () => {
  const near = watched(10, 6, 6, 1);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(near.seen).toEqual({ looks: 4, reached: 0 });
  const ended = watched(undefined);
  const stopped = watched(10);
  stopped.limit.stop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(ended.seen).toEqual({ looks: 1, reached: 0 });
  expect(stopped.seen).toEqual({ looks: 0, reached: 0 });
});
