import { expect, test } from 'vitest';
import { Eras } from './eras.ts';

test('a server that speaks one era alone serves clients of both with the same instance', () => {
  const eras = new Eras();
  expect(eras.served('modern')).toEqual(['modern']);
  eras.learn('modern', 'legacy');
  expect(eras.known).toEqual({ modern: false, legacy: true });
  expect(eras.served('modern')).toEqual(['modern', 'legacy']);
  expect(eras.served('legacy')).toEqual(['legacy', 'modern']);
});

test('a server that speaks both has an instance for each', () => {
  const eras = new Eras();
  eras.learn('modern', 'modern');
  eras.learn('legacy', 'legacy');
  expect(eras.served('legacy')).toEqual(['legacy']);
});

test('one that died of the question for the newer era is not asked again', () => {
  const eras = new Eras();
  eras.failed('modern', 'exited');
  expect(eras.known).toEqual({ modern: false });
});

test('what is remembered is given up where the server says otherwise, not where it was slow or gone', () => {
  const eras = new Eras();
  eras.learn('legacy', 'legacy');
  eras.failed('legacy', 'timeout');
  eras.failed('legacy', 'exited');
  expect(eras.known).toEqual({ legacy: true });
  eras.failed('legacy', 'start_failed');
  expect(eras.known).toEqual({});
});
