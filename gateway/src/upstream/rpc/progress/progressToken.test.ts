import { expect, test } from 'vitest';
import { withOwnProgressToken } from './progressToken.ts';

test('a caller that listens gets a token of ours in place of its own', () => {
  const params = { name: 'x', _meta: { progressToken: 'theirs', 'a/b': 1 } };
  expect(withOwnProgressToken(params, 7)).toEqual({ name: 'x', _meta: { progressToken: 7, 'a/b': 1 } });
  expect(withOwnProgressToken(undefined, 7)).toEqual({ _meta: { progressToken: 7 } });
  expect(params._meta.progressToken).toBe('theirs');
});

test('a token nobody listens to does not travel on', () => {
  expect(withOwnProgressToken({ _meta: { progressToken: 3, k: 1 } }, undefined)).toEqual({ _meta: { k: 1 } });
});

test('params without a token are passed on as they are', () => {
  for (const params of [undefined, { a: 1 }, { _meta: { k: 1 } }, { _meta: 'odd' }]) {
    expect(withOwnProgressToken(params, undefined)).toBe(params);
  }
});
