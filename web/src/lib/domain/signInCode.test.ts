import { expect, test } from 'vitest';
import { signInCode } from './signInCode.ts';

test.each([
  ['#sign-in=a-B_9', 'a-B_9'],
  ['', null],
  ['#main', null],
  ['#sign-in=', null],
  ['#sign-in=a b', null],
  ['#sign-in=%61', null],
  [`#sign-in=${'a'.repeat(101)}`, null],
  ['#x&sign-in=a', null],
])('the code of %j is %j', (hash, code) => {
  expect(signInCode(hash)).toBe(code);
});
