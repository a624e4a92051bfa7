import { expect, test } from 'vitest';
import { withoutStatelessMembers } from './results.ts';

test('removes the members of the stateless era from its results, and from no others', () => {
  expect(
    withoutStatelessMembers({ contents: [], resultType: 'complete', ttlMs: 1, cacheScope: 'public' }),
  ).toEqual({ contents: [] });
  const untouched = { content: [], ttlMs: 7 };
  expect(withoutStatelessMembers(untouched)).toBe(untouched);
});
