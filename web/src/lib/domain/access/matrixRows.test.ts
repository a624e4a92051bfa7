import { expect, test } from 'vitest';
import { matrixRows } from './matrixRows.ts';

const tool = { offered: true, mark: null, hint: null, description: null };
const servers = ['git', 'time'].map((server_id) => ({
  server_id,
  tools_known: true,
  tools: [
    { ...tool, tool: 'a' },
    { ...tool, tool: `${server_id}_b`, mark: 'new' as const },
  ],
}));
const everything = (): boolean => true;

function names(filter: Partial<Parameters<typeof matrixRows>[1]>): string[] {
  return matrixRows({ servers }, { opened: new Set(), matches: everything, ...filter }).map(
    ({ name }) => name,
  );
}

test('an opened server is followed by its tools', () => {
  const rows = matrixRows({ servers }, { opened: new Set(['git']), matches: everything });
  expect(rows.map(({ name, mark }) => [name, mark])).toEqual([
    ['git', true],
    ['a', false],
    ['git_b', true],
    ['time', true],
  ]);
});

test('a search finds servers and tools; a tool that is found comes with its server', () => {
  expect(names({ matches: (name) => name === 'time' })).toEqual(['time']);
  expect(names({ matches: (name) => name === 'time_b' })).toEqual(['time', 'time_b']);
  expect(names({ matches: () => false })).toEqual([]);
});

test('a filter leaves out rows, and servers of which none is left', () => {
  expect(names({ keeps: ({ kind, mark, server }) => kind === 'tool' && mark && server === 1 })).toEqual([
    'time',
    'time_b',
  ]);
  expect(names({ keeps: ({ kind }) => kind === 'server' })).toEqual(['git', 'time']);
});
