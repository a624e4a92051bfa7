import { expect, test } from 'vitest';
import { SearchCounts } from './searchCounts.ts';

test('counts searches, what they found, and those that found nothing, for each client', () => {
  const counts = new SearchCounts();
  for (const found of [3, 0, 1]) counts.add('red', found);
  counts.add('blue', 0);
  expect(counts.of('red')).toEqual({ searches: 3, found: 4, missed: 1 });
  expect(counts.of('blue')).toEqual({ searches: 1, found: 0, missed: 1 });
  counts.keepOnly(new Map([['blue', {}]]));
  expect(counts.of('red')).toEqual({ searches: 0, found: 0, missed: 0 });
  expect(counts.of('blue').searches).toBe(1);
});
