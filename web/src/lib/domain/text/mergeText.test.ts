import { expect, test } from 'vitest';
import { mergeText } from './mergeText.ts';

const base = 'a\nb\nc\nd\ne\n';

test.each([
  ['changes in different places', 'A\nb\nc\nd\ne\n', 'a\nb\nc\nd\nE\n', 'A\nb\nc\nd\nE\n'],
  ['an insertion and a removal', 'a\nx\nb\nc\nd\ne\n', 'a\nb\nc\ne\n', 'a\nx\nb\nc\ne\n'],
  ['the same change on both sides', 'a\nB\nc\nd\ne\n', 'a\nB\nc\nd\ne\n', 'a\nB\nc\nd\ne\n'],
  ['a side that changed nothing', base, 'a\nc\nd\ne\nf\n', 'a\nc\nd\ne\nf\n'],
])('merges %s', (_what, mine, theirs, merged) => {
  expect(mergeText(base, mine, theirs)).toBe(merged);
});

test.each([
  ['the same line', 'a\nX\nc\nd\ne\n', 'a\nY\nc\nd\ne\n'],
  ['one place with different new lines', 'a\nx\nb\nc\nd\ne\n', 'a\ny\nb\nc\nd\ne\n'],
  ['a line that the other side removed', 'a\nX\nc\nd\ne\n', 'a\nc\nd\ne\n'],
])('finds that both changed %s', (_what, mine, theirs) => {
  expect(mergeText(base, mine, theirs)).toBeNull();
});
