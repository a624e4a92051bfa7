import { expect, test, vi } from 'vitest';
import { closeLogSurely } from './closeLogSurely.ts';

test('closes the log though a part never ends', async () => {
  const close = vi.fn(() => Promise.resolve());
  await closeLogSurely(() => new Promise(() => undefined), { close }, 20);
  expect(close).toHaveBeenCalledTimes(1);
});

test('leaves the log to the parts that end in time, and passes on their failure', async () => {
  const close = vi.fn(() => Promise.resolve());
  await closeLogSurely(() => Promise.resolve(), { close }, 60_000);
  await expect(closeLogSurely(() => Promise.reject(new Error('no')), { close }, 60_000)).rejects.toThrow(
    'no',
  );
  expect(close).not.toHaveBeenCalled();
});
