import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { isProof, proofOf } from './gatewayProof.ts';

const key = randomBytes(32);
const challenge = randomBytes(24).toString('base64url');

test('a proof holds for its key, address and challenge alone', () => {
  const proof = proofOf(key, '127.0.0.1:7345', challenge);
  expect(isProof(key, '127.0.0.1:7345', challenge, proof)).toBe(true);
  expect(isProof(randomBytes(32), '127.0.0.1:7345', challenge, proof)).toBe(false);
  expect(isProof(key, '127.0.0.1:7346', challenge, proof)).toBe(false);
  expect(isProof(key, '127.0.0.1:7345', randomBytes(24).toString('base64url'), proof)).toBe(false);
  for (const given of [undefined, '', 'x', ['x'], proof?.slice(1)])
    expect(isProof(key, '127.0.0.1:7345', challenge, given)).toBe(false);
});

test.each(['', 'short', 'x'.repeat(65), 'with a space in twenty-two characters', 'a\nb'.repeat(10)])(
  'answers no malformed challenge: %j',
  (malformed) => expect(proofOf(key, '127.0.0.1:7345', malformed)).toBeUndefined(),
);
