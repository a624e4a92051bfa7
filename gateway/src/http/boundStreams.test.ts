import { expect, test } from 'vitest';
import type { Registry } from '../registry/types.ts';
import { BoundStreams } from './boundStreams.ts';

class Stream {
  open = true;
  readonly #listeners: (() => void)[] = [];
  close(): void {
    this.open = false;
    for (const listener of this.#listeners) listener();
  }
  onClose(listener: () => void): void {
    this.#listeners.push(listener);
  }
}

test('a stream ends with its credential, others go on, and one that is opened too late is closed immediately', () => {
  let good = new Set(['one', 'two']);
  const streams = new BoundStreams(() => ({}) as Registry);
  const open = (credential: string): Stream => {
    const stream = new Stream();
    streams.add(stream, () => good.has(credential));
    return stream;
  };
  const [one, two] = [open('one'), open('two')];
  streams.review();
  expect([one.open, two.open]).toEqual([true, true]);
  good = new Set(['two']);
  streams.review();
  expect([one.open, two.open]).toEqual([false, true]);
  expect(open('one').open).toBe(false);
});
