import { expect, test } from 'vitest';
import { columnsInView, matrixColumns, serverWidth, toolWidth } from './matrixColumns.ts';

const servers = ['git', 'time'].map((server_id) => ({
  server_id,
  tools_known: true,
  tools: [
    { tool: 'a', offered: true, mark: null },
    { tool: 'b', offered: true, mark: 'new' as const },
  ],
}));

test('an opened server is followed by its tools', () => {
  const columns = matrixColumns(servers, new Set(['git']), () => true);
  expect(columns.map((column) => [column.name, column.left])).toEqual([
    ['git', 0],
    ['a', serverWidth],
    ['b', serverWidth + toolWidth],
    ['time', serverWidth + 2 * toolWidth],
  ]);
  expect(columns.map((column) => column.mark)).toEqual([true, false, true, true]);
});

test('a server that does not match is left out with its tools, and keeps its number', () => {
  const columns = matrixColumns(servers, new Set(['git']), (server) => server === 'time');
  expect(columns).toMatchObject([{ name: 'time', left: 0, server: 1 }]);
});

test('only columns in the window and its margin are drawn', () => {
  const many = Array.from({ length: 50 }, (_, index) => ({ ...servers[0]!, server_id: `s${String(index)}` }));
  const columns = matrixColumns(many, new Set(), () => true);
  const { first, end } = columnsInView(columns, 20 * serverWidth, 5 * serverWidth, serverWidth);
  expect([first, end]).toEqual([19, 27]);
  expect(columnsInView(columns, 10_000_000, 100)).toEqual({ first: 50, end: 50 });
});
