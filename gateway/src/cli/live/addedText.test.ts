import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addedText } from './addedText.ts';

test.each([
  ['', '', ''],
  ['', 'a\n', 'a\n'],
  ['a\n', 'a\n', ''],
  ['a\n', 'a\nb\n', 'b\n'],
  ['a\nb\nc\n', 'c\nd\n', 'd\n'],
  ['a\nb\n', '', ''],
  ['old start\n', 'new start\n', 'new start\n'],
  ['aab', 'abaab', 'aab'],
])('after %j, %j adds %j', (before, now, added) => {
  expect(addedText(before, now)).toBe(added);
});

test('is what follows the longest end that both have in common', () => {
  const few = fc.string({ unit: fc.constantFrom('a', 'b', '\n'), maxLength: 12 });
  fc.assert(
    fc.property(few, few, (before, now) => {
      const ends = Array.from({ length: before.length + 1 }, (_, at) => before.slice(at));
      const common = ends.find((end) => now.startsWith(end)) ?? '';
      expect(addedText(before, now)).toBe(now.slice(common.length));
    }),
  );
});
