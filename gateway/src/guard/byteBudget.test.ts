import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { ByteBudget, withBytes } from './byteBudget.ts';

const stream = (...sizes: number[]): Readable => Readable.from(sizes.map((size) => Buffer.alloc(size)));
const size = (bytes: Buffer): number => bytes.length;

it('counts bytes while they are in use, then releases them', async () => {
  const budget = new ByteBudget(100);
  const inside = await withBytes(stream(40, 40), 100, budget, () => [budget.take(21), budget.take(20)]);
  expect(inside).toEqual([false, true]);
  budget.give(20);
  expect(await withBytes(stream(60, 40), 100, budget, size)).toBe(100);
});

it('releases the bytes read from a stream that is denied or fails', async () => {
  const budget = new ByteBudget(100);
  await expect(withBytes(stream(40, 40), 50, budget, size)).rejects.toMatchObject({ limit: 'stream' });
  await expect(withBytes(stream(60, 60), 1_000, budget, size)).rejects.toMatchObject({ limit: 'all' });
  const failing = Readable.from(
    (async function* () {
      yield Buffer.alloc(80);
      await Promise.resolve();
      throw new Error('reset');
    })(),
  );
  await expect(withBytes(failing, 1_000, budget, size)).rejects.toThrow('reset');
  expect(budget.take(100)).toBe(true);
});
