import type { ServerTool } from 'lmcp-gateway/src/api/servers.ts';
import { expect, it } from 'vitest';
import { wordDiff } from '../text/wordDiff.ts';
import { toolChanges } from './toolChanges.ts';

const texts = { title: null, output_schema: null, annotations: null, other: null };
const tool = (description: string, approved: object | null): ServerTool =>
  ({
    ...texts,
    name: 'a',
    description,
    input_schema: { b: 1, a: { d: 1, c: 2 } },
    approved,
  }) as unknown as ServerTool;

it('tells every part that differs, and no new order of members', () => {
  const approved = {
    ...texts,
    title: 'Old',
    description: 'reads',
    input_schema: { a: { c: 2, d: 1 }, b: 1 },
  };
  expect(toolChanges(tool('reads ~/.ssh', approved))).toEqual([
    { label: 'Title', before: 'Old', after: '' },
    { label: 'Description', before: 'reads', after: 'reads ~/.ssh' },
  ]);
});

it('shows the whole of a tool that was never approved', () => {
  expect(toolChanges(tool('reads', null)).map(({ label, before }) => [label, before])).toEqual([
    ['Description', ''],
    ['Input schema', ''],
  ]);
});

it('marks the words that differ', async () => {
  expect(await wordDiff('reads a file', 'reads every file')).toEqual([
    { kind: 'same', text: 'reads ' },
    { kind: 'removed', text: 'a' },
    { kind: 'added', text: 'every' },
    { kind: 'same', text: ' file' },
  ]);
});

it('shows texts whole that have little in common', async () => {
  const words = (mark: string): string =>
    Array.from({ length: 3_000 }, (_, n) => `${mark}${String(n)}`).join(' ');
  expect((await wordDiff(words('a'), words('b'))).map(({ kind }) => kind)).toEqual(['removed', 'added']);
});
