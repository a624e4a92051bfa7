import { expect, test } from 'vitest';
import { isEnough } from './nodeForFuzzer.ts';

test.each([
  ['2.36', false],
  ['2.4', false],
  ['1.99', false],
  ['2.38', true],
  ['2.41', true],
  ['3.0', true],
  [undefined, true],
])('glibc %s is new enough: %s', (version, enough) => {
  expect(isEnough(version)).toBe(enough);
});
