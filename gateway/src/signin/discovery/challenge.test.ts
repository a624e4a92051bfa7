import { expect, test } from 'vitest';
import { readChallenge } from './challenge.ts';

test.each([
  [undefined, {}],
  ['Basic realm="x"', {}],
  ['Bearer', {}],
  ['Bearer error="invalid_token", scope="a  b"', { error: 'invalid_token', scopes: ['a', 'b'] }],
  [
    'bearer SCOPE=one, resource_metadata=https://x.example/m',
    { scopes: ['one'], resourceMetadata: 'https://x.example/m' },
  ],
  ['Basic realm="Bearer", Bearer scope="real"', { scopes: ['real'] }],
  [String.raw`Bearer error="a \"quoted\" word"`, { error: 'a "quoted" word' }],
  ['Bearer scope="first", scope="second"', { scopes: ['first'] }],
  [`Bearer scope="${'x'.repeat(5_000)}"`, {}],
])('reads %j', (header, challenge) => {
  expect(readChallenge(header)).toEqual(challenge);
});
