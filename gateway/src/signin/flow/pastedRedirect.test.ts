import { expect, test } from 'vitest';
import { pastedRedirect } from './pastedRedirect.ts';

const state = 'state-of-this-one';

test.each([
  [
    `http://127.0.0.1:7345/oauth/callback?code=c1&state=${state}&iss=https%3A%2F%2Fa.example`,
    { code: 'c1', iss: 'https://a.example', state },
  ],
  [`  ?code=c1&state=${state}\n`, { code: 'c1', state }],
  [`code=c1&state=${state}`, { code: 'c1', state }],
  [
    `http://127.0.0.1:7345/oauth/callback?error=access_denied&state=${state}`,
    { error: 'access_denied', state },
  ],
  ['c1', { code: 'c1', state }],
])('reads %j', (text, parameters) => {
  expect(Object.fromEntries(pastedRedirect(text, state))).toEqual(parameters);
});

test.each([
  ['', 'neither the address'],
  [' ', 'neither the address'],
  ['x'.repeat(20_000), 'neither the address'],
  ['https://a.example/', 'neither the address'],
  ['https://a.example/?page=2', 'neither the address'],
  ['where is the code', 'neither the address'],
  ['http://127.0.0.1:7345/oauth/callback?code=c1&state=another', 'belongs to another sign-in'],
  ['http://127.0.0.1:7345/oauth/callback?code=c1', 'belongs to another sign-in'],
])('does not take %j', (text, words) => {
  expect(() => pastedRedirect(text, state)).toThrow(words);
});
