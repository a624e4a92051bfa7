import { expect, test } from 'vitest';
import { resultTexts } from './resultTexts.ts';

test('texts come out in order, everything else stays in the whole answer', () => {
  const content = [
    { type: 'text', text: 'a' },
    { type: 'image', data: 'x' },
    null,
    { type: 'text', text: 'b' },
  ];
  expect(resultTexts({ content })).toEqual(['a', 'b']);
});

test('answers of no known shape have no texts', () => {
  for (const odd of [null, 3, 'text', {}, { content: 'text' }]) expect(resultTexts(odd)).toEqual([]);
});
