import { expect, test } from 'vitest';
import { isTextLonger } from './textLength.ts';

test.each([
  ['a string', 'x'.repeat(101)],
  ['the key of a member', { ['x'.repeat(101)]: 1 }],
  ['many items', Array.from({ length: 51 }, () => 1)],
  ['many members', Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`k${n}`, {}]))],
  ['nested values', [[['x'.repeat(50)]], { a: ['x'.repeat(50)] }]],
])('a text is long by %s', (_what, value) => {
  expect(isTextLonger(value, 100)).toBe(true);
  expect(isTextLonger(value, 2 * JSON.stringify(value).length)).toBe(false);
});

test('visits no more of a value than it takes', () => {
  let visited = 0;
  const value = Array.from({ length: 1_000 }, () => ({
    get a() {
      return `${visited++}`;
    },
  }));
  expect(isTextLonger(value, 100)).toBe(true);
  expect(visited).toBeLessThan(20);
});
