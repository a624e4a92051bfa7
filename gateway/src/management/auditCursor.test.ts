import { expect, test } from 'vitest';
import { filterKey } from '../audit/read/filterKey.ts';
import { cursorOf, positionOf } from './auditCursor.ts';

const filter = { client: 'codex', allowed: true } as const;

test('a cursor names a place for its own filters alone', () => {
  const cursor = cursorOf({ segment: 2, offset: 345 }, filter);
  expect(positionOf(cursor, { allowed: true, client: 'codex' })).toEqual({ segment: 2, offset: 345 });
  expect(() => positionOf(cursor, { ...filter, client: 'vscode' })).toThrow(/does not belong/);
  expect(() => positionOf('bogus', filter)).toThrow(/does not belong/);
});

test('filters that mean the same have one key', () => {
  expect(filterKey({ client: 'a', server: 'b' })).toBe(filterKey({ server: 'b', client: 'a' }));
  expect(filterKey({ client: 'a' })).not.toBe(filterKey({ server: 'a' }));
});
