import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { Backpressure } from './backpressure.ts';

test('a stream is not read until the last of its large messages was', async () => {
  const stream = new PassThrough();
  const backpressure = new Backpressure(stream);
  const [first, second] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
  backpressure.until(undefined);
  expect(stream.isPaused()).toBe(false);
  backpressure.until(first.promise);
  backpressure.until(second.promise);
  first.resolve(undefined);
  await first.promise;
  expect(stream.isPaused()).toBe(true);
  second.resolve(undefined);
  await second.promise;
  expect(stream.isPaused()).toBe(false);
});

test('what is left of a server that has exited is read without pauses', () => {
  const stream = new PassThrough();
  const backpressure = new Backpressure(stream);
  backpressure.until(new Promise(() => undefined));
  backpressure.lift();
  backpressure.until(new Promise(() => undefined));
  expect(stream.isPaused()).toBe(false);
});
