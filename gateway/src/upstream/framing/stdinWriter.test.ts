import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { ByteBudget } from '../../byteBudget.ts';
import { StdinWriter } from './stdinWriter.ts';

/** A stream that accepts no data until the test releases it. */
function stalled() {
  const waiting: (() => void)[] = [];
  const stream = new Writable({
    highWaterMark: 10,
    write: (_chunk, _encoding, done) => void waiting.push(done),
  });
  return { stream, takeAll: () => waiting.splice(0).forEach((done) => done()) };
}

test('counts bytes queued for a server that does not read, and releases them when it reads', async () => {
  const budget = new ByteBudget(() => 4_000);
  const { stream, takeAll } = stalled();
  const writer = new StdinWriter(stream, 'slow', budget.open({ kind: 'client', id: 'red' }));
  await writer.write('a'.repeat(100));
  await Promise.resolve();
  expect(budget.total).toBe(100);
  const second = writer.write('é'.repeat(400));
  expect(budget.total).toBe(900);
  await expect(writer.write('c'.repeat(101))).rejects.toMatchObject({ kind: 'overloaded' });
  expect(budget.total).toBe(900);
  while (stream.writableLength > 0) {
    takeAll();
    await new Promise((resolve) => setImmediate(resolve));
  }
  await second;
  expect(budget.total).toBe(0);
  await writer.write('d');
  expect(budget.total).toBe(0);
});

test('releases all bytes when the server has ended', async () => {
  const budget = new ByteBudget(() => 4_000);
  const { stream } = stalled();
  const writer = new StdinWriter(stream, 'slow', budget.open({ kind: 'client', id: 'red' }));
  await writer.write('a'.repeat(100));
  await Promise.resolve();
  writer.end();
  stream.destroy(new Error('gone'));
  await expect.poll(() => budget.total).toBe(0);
});
