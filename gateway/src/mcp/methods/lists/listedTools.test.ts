import { expect, test } from 'vitest';
import type { ToolListing } from '../../../registry/types.ts';
import { describeTool } from '../search/searchTools.ts';
import { listedForSearch, listedWhole, shortDescribed } from './listedTools.ts';

const listing: ToolListing = { mode: 'all', max: 100, always: ['files__*'], descriptions: 'short' };
const long = {
  name: 'files__read',
  description: 'Reads a file. Only below the folder.',
  inputSchema: { type: 'object' },
  _meta: { 'acme/kind': 'x' },
};
const brief = { name: 'git__log', description: 'Shows commits.' };

test('a description is cut to its first sentence; the whole one is in _meta beside what was there', () => {
  expect(shortDescribed(long)).toEqual({
    ...long,
    description: 'Reads a file.',
    _meta: { 'acme/kind': 'x', 'lmcp/description': long.description },
  });
});

test.each([[brief], [{ name: 'a' }], [{ name: 'a', description: 7 }], [{ name: 'a', description: '' }]])(
  'leaves %j as it is',
  (tool) => {
    expect(shortDescribed(tool)).toBe(tool);
  },
);

test('whole lists have describe_tools where descriptions are short, and are the same list where not', () => {
  expect(listedWhole(listing, [long, brief])).toEqual([describeTool, shortDescribed(long), brief]);
  const tools = [long, brief];
  expect(listedWhole({ ...listing, descriptions: 'full' }, tools)).toBe(tools);
});

test('a tool that is always listed has the description that the client asks for', () => {
  const last = (one: ToolListing) => listedForSearch(one, [long, brief], '').at(-1);
  expect(last(listing)).toEqual(shortDescribed(long));
  expect(last({ ...listing, descriptions: 'full' })).toBe(long);
});

test('a tool that can only run as a task is listed beside the search, which announces no tasks', () => {
  const [required, optional] = ['required', 'optional'].map((taskSupport) => ({
    name: taskSupport,
    execution: { taskSupport },
  }));
  const tools = [required, optional].flatMap((one) => one ?? []);
  const listed = listedForSearch({ ...listing, descriptions: 'full' }, tools, '');
  expect(listed.filter(({ execution }) => execution !== undefined)).toEqual([required]);
});
