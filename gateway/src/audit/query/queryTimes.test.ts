import { expect, test } from 'vitest';
import { parseQuery } from './parseQuery.ts';
import { parseInstant, takeTimes } from './queryTimes.ts';

const now = new Date(2026, 4, 3, 13, 30).getTime();

test.each([
  ['90s', now - 90_000],
  ['15m', now - 900_000],
  ['24h', now - 86_400_000],
  ['2w', now - 14 * 86_400_000],
  ['today', new Date(2026, 4, 3).getTime()],
  ['yesterday', new Date(2026, 4, 2).getTime()],
  ['2026-05-01', new Date(2026, 4, 1).getTime()],
  ['2026-05-01T13:00', new Date(2026, 4, 1, 13).getTime()],
  ['2026-05-01T13:00:05.250Z', Date.UTC(2026, 4, 1, 13, 0, 5, 250)],
])('reads %s', (value, expected) => {
  expect(parseInstant(value, now)).toBe(expected);
});

test.each(['', 'soon', '1y', 'h', '-1h', '2026-13-01', '2026', '5', '2026-05-01 13:00'])(
  'rejects %j',
  (value) => {
    expect(parseInstant(value, now)).toBeNull();
  },
);

test('of several times the narrowest range holds', () => {
  const { terms } = parseQuery('since:7d since:1h tool:x until:today until:2026-05-01');
  expect(takeTimes(terms, now)).toEqual({
    terms: [{ key: 'tool', value: 'x', negated: false }],
    from: new Date(now - 3_600_000).toISOString(),
    to: new Date(2026, 4, 1).toISOString(),
  });
});
