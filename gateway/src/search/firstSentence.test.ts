import { expect, test } from 'vitest';
import { firstSentence } from './firstSentence.ts';

test.each([
  ['Reads a file. Fails if there is none.', 'Reads a file.'],
  ['Reads files, e.g. notes, of v1.2. More.', 'Reads files, e.g. notes, of v1.2.'],
  ['Is it there? Yes.', 'Is it there?'],
  ['Reads a file\n\nArguments: path', 'Reads a file'],
  ['  Reads a file. More. ', 'Reads a file.'],
  ['Purpose:\n  1. Reads a file. 2. More.', 'Purpose:\n  1. Reads a file.'],
  ['Returns at most 10. Fails if there are more.', 'Returns at most 10.'],
  ['One line\nand another', 'One line\nand another'],
  ['No end', 'No end'],
  ['', ''],
])('the first sentence of %j is %j', (text, first) => {
  expect(firstSentence(text)).toBe(first);
});

test('cuts a sentence that does not end', () => {
  expect(firstSentence('x'.repeat(1_000))).toHaveLength(300);
});
