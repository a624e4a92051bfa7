import { expect, test } from 'vitest';
import { checks } from './checks.ts';

test('no reason belongs to two checks', () => {
  const all = checks.flatMap(({ reasons }) => Object.keys(reasons));
  expect(new Set(all).size).toBe(all.length);
});
