import { expect, test } from 'vitest';
import type { ClientImpact } from 'lmcp-gateway/src/api/registry.ts';
import { count, impactLine, percentOf } from './formatCount.ts';

function impact(message: string): ClientImpact {
  return {
    client_id: 'x',
    change: 'changed',
    gained: [],
    lost: [],
    gained_servers: [],
    lost_servers: [],
    words: message,
  };
}

test('one and many', () => {
  expect([count(1, 'tool'), count(0, 'tool'), count(1204, 'entry', 'entries')]).toEqual([
    '1 tool',
    '0 tools',
    '1,204 entries',
  ]);
});

test('the bar names two clients and counts the rest', () => {
  expect(impactLine([])).toBe('no client’s access changes');
  expect(impactLine([impact('a gains 1 tool'), impact('b loses 1'), impact('c'), impact('d')])).toBe(
    'a gains 1 tool, b loses 1, 2 more clients',
  );
});

test.each([
  [0, 0, '0 %'],
  [1, 3, '33.3 %'],
  [1, 3_000, 'under 0.1 %'],
  [31, 1_000, '3.1 %'],
  [3, 3, '100 %'],
])('%i of %i are %s', (part, whole, expected) => {
  expect(percentOf(part, whole)).toBe(expected);
});
