import { parseQuery } from 'lmcp-gateway/src/audit/query/parseQuery.ts';
import { parseInstant } from 'lmcp-gateway/src/audit/query/queryTimes.ts';
import { expect, test } from 'vitest';
import { presetOf, queryInstant, timePresets, withRange } from './timePresets.ts';

test('every preset is recognised as itself, and another range as none', () => {
  const { terms } = parseQuery('client:codex since:3h');
  expect(presetOf(terms)).toBe('Custom');
  for (const { name, since, until } of timePresets) {
    const ranged = withRange(terms, since, until);
    expect([presetOf(ranged), ranged[0]?.value]).toEqual([name, 'codex']);
  }
});

test('an instant in a query means the same instant', () => {
  for (const at of [Date.UTC(2026, 0, 31, 23, 59, 58), Date.UTC(2026, 6, 1, 12, 0)]) {
    expect(parseInstant(queryInstant(at), 0)).toBe(at);
  }
});
