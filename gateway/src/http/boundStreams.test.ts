import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
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

/** First in this file: V8 learns from what survives, and would place the objects elsewhere. */
test('a stream that has ended is freed by the next minor collection', () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as (options?: { readonly type: 'minor' }) => void;
  const oldBytes = (): number =>
    getHeapSpaceStatistics().find(({ space_name }) => space_name === 'old_space')?.space_used_size ?? NaN;
  const streams = new BoundStreams(() => ({}) as Registry);
  const open: Stream[] = [];
  collect();
  const before = oldBytes();
  for (let round = 0; round < 20; round++) {
    for (let i = 0; i < 1_000; i++) {
      const held = new Array<number>(128).fill(i);
      open[i % 16]?.close();
      streams.add((open[i % 16] = new Stream()), () => held.length > 0);
    }
    collect({ type: 'minor' });
  }
  // Altogether they held 20 MB.
  expect(oldBytes() - before).toBeLessThan(5_000_000);
});

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
