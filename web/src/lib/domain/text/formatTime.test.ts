import { expect, test } from 'vitest';
import { ago, duration, exactTime } from './formatTime.ts';

test('the largest unit that fits', () => {
  const now = 1_000_000_000_000;
  const texts = [0, 12e3, 180e3, 5 * 3600e3, 47 * 3600e3, 3 * 86400e3].map((passed) =>
    ago(now - passed, now),
  );
  expect(texts).toEqual(['now', '12 s ago', '3 min ago', '5 h ago', '47 h ago', '3 d ago']);
  expect(ago(now + 60_000, now)).toBe('now');
});

test('lengths in at most two units', () => {
  expect([0.4, 999, 59_000, 61_000, 3 * 3600e3 + 12 * 60e3, 86400e3].map(duration)).toEqual([
    '0 ms',
    '999 ms',
    '59 s',
    '1 min 1 s',
    '3 h 12 min',
    '1 d',
  ]);
});

test('exact times sort as text', () => {
  expect(exactTime(new Date(2026, 0, 2, 3, 4, 5, 6).getTime())).toBe('2026-01-02 03:04:05.006');
});
