import fc from 'fast-check';
import { expect, test } from 'vitest';
import { textDiff } from './textDiff.ts';

test('equal texts have no rows', () => {
  expect(textDiff('a\nb\n', 'a\nb\n')).toEqual([]);
});

test('a changed line is between its neighbours, far lines are a gap', () => {
  const before = ['one', 'two', 'three', 'four', 'five'].join('\n');
  const rows = textDiff(before, before.replace('four', 'IV'), 1);
  expect(rows.map((row) => `${row.kind} ${row.text}`)).toEqual([
    'gap ',
    'same three',
    'removed four',
    'added IV',
    'same five',
  ]);
  expect(rows.find((row) => row.kind === 'added')).toMatchObject({ before: null, after: 4 });
});

test('both texts can be read back from a diff that shows everything', () => {
  const text = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 12 });
  fc.assert(
    fc.property(text, text, (left, right) => {
      const before = left.map((line) => `${line}\n`).join('');
      const after = right.map((line) => `${line}\n`).join('');
      fc.pre(before !== after);
      const rows = textDiff(before, after, 99);
      const side = (kind: string): string =>
        rows
          .filter((row) => row.kind === 'same' || row.kind === kind)
          .map((row) => `${row.text}\n`)
          .join('');
      expect(side('removed')).toBe(before);
      expect(side('added')).toBe(after);
    }),
  );
});
