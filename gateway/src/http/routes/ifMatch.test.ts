import { expect, test } from 'vitest';
import { readIfMatch } from './ifMatch.ts';

test('a strong entity tag names a revision', () => {
  expect(readIfMatch('"0123456789ab"')).toBe('0123456789ab');
});

test('no header and * take any revision', () => {
  expect([readIfMatch(undefined), readIfMatch('*')]).toEqual([undefined, undefined]);
});

test.each(['', '0123456789ab x', 'W/"0123456789ab"', '"0123456789ab", "ba9876543210"', '"0123456789ab'])(
  '%j matches no revision',
  (header) => {
    expect(readIfMatch(header)).toEqual(expect.not.stringMatching(/^[0-9a-f]{12}$/));
  },
);
