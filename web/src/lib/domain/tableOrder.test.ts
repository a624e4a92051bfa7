import { expect, it } from 'vitest';
import { keepOrder, keepRows, nextSort, sortRows } from './tableOrder.ts';

const name = (row: string): string => row;

it('sorts ascending, then descending, then as the rows come', () => {
  const ascending = nextSort(null, 'calls');
  const descending = nextSort(ascending, 'calls');
  expect([ascending, descending, nextSort(descending, 'calls')]).toEqual([
    { column: 'calls', descending: false },
    { column: 'calls', descending: true },
    null,
  ]);
  expect(nextSort(descending, 'name')).toEqual({ column: 'name', descending: false });
});

it('orders numbers by value and names as people count', () => {
  expect(sortRows([10, 9, 100], (row) => row, false)).toEqual([9, 10, 100]);
  expect(sortRows(['s10', 's9', 'a'], name, true)).toEqual(['s10', 's9', 'a']);
});

it('keeps what is not known last in either direction, and equal rows in their order', () => {
  const rows = [
    { id: 'a', calls: null },
    { id: 'b', calls: 2 },
    { id: 'c', calls: 2 },
    { id: 'd', calls: 5 },
  ];
  const ids = (descending: boolean): string =>
    sortRows(rows, (row) => row.calls, descending)
      .map(({ id }) => id)
      .join('');
  expect([ids(false), ids(true)]).toEqual(['bcda', 'dbca']);
});

it('keeps an order while its rows change: new ones come last', () => {
  expect(keepOrder(['c', 'a', 'gone'], ['a', 'b', 'c'], name)).toEqual(['c', 'a', 'b']);
});

it('rows that are gone stay as they were, others are renewed, new ones come last', () => {
  const row = (id: string, version: number) => ({ id, version });
  expect(keepRows([row('b', 1), row('a', 1)], [row('c', 2), row('a', 2)], ({ id }) => id)).toEqual([
    row('b', 1),
    row('a', 2),
    row('c', 2),
  ]);
});
