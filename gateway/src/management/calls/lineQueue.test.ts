import { Readable } from 'node:stream';
import { expect, it, vi } from 'vitest';
import { LineQueue } from './lineQueue.ts';

async function all(lines: LineQueue): Promise<string[]> {
  const read: string[] = [];
  for await (const line of lines) read.push(line);
  return read;
}

it('gives the lines in order and ends after the last', async () => {
  const gone = vi.fn();
  const lines = new LineQueue(gone);
  lines.offer('{"n":1}');
  queueMicrotask(() => lines.end('{"n":2}'));
  expect(await all(lines)).toEqual(['{"n":1}\n', '{"n":2}\n']);
  expect(gone).not.toHaveBeenCalled();
});

it('tells once that its reader is gone, also while the reader waits for a line', async () => {
  const gone = vi.fn();
  const lines = new LineQueue(gone);
  const reader = Readable.from(lines);
  reader.resume();
  await new Promise((resolve) => setImmediate(resolve));
  reader.destroy();
  await expect.poll(() => gone.mock.calls.length).toBe(1);
  await lines.return();
  expect(gone).toHaveBeenCalledTimes(1);
  expect(lines.offer('3')).toBe(false);
});

it('leaves lines out while the reader is too slow, but never the last', async () => {
  const lines = new LineQueue(() => undefined);
  const taken = Array.from({ length: 600 }, (_, n) => lines.offer(String(n))).filter(Boolean);
  expect(taken).toHaveLength(500);
  lines.end('{"last":true}');
  expect((await all(lines)).at(-1)).toBe('{"last":true}\n');
});
