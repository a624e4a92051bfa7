import { expect, test } from 'vitest';
import { readAllItems } from './items.ts';

const page = (result: unknown) => Promise.resolve({ result, bytes: 1 });

test('all pages are walked, the first of two with one id counts, what has no id is left out', async () => {
  const pages: Record<string, unknown> = {
    '': { prompts: [{ name: 'a', x: 1 }, { title: 'no name' }, 7], nextCursor: '2' },
    '2': { prompts: [{ name: 'a', x: 2 }, { name: 'b' }] },
  };
  const items = await readAllItems('prompts', (cursor = '') => page(pages[cursor]));
  expect(items).toEqual([{ name: 'a', x: 1 }, { name: 'b' }]);
});

test.each([
  [{ tools: 'none' }, /no list/],
  [{ tools: [], nextCursor: 3 }, /no string/],
  [{ tools: [], nextCursor: 'again' }, /same cursor twice/],
])('%j is refused', async (answer, words) => {
  await expect(readAllItems('tools', () => page(answer))).rejects.toThrow(words);
});

test('pages without end are given up after a hundred', async () => {
  let pages = 0;
  const endless = () => page({ tools: [{ name: 'a' }], nextCursor: String(++pages) });
  await expect(readAllItems('tools', endless)).rejects.toThrow('more than 100 pages');
  expect(pages).toBe(100);
});

test('a list that is too long is given up', async () => {
  const tools = (count: number) => Array.from({ length: count }, (_, i) => ({ name: `t${i}` }));
  expect(await readAllItems('tools', () => page({ tools: tools(10_000) }))).toHaveLength(10_000);
  await expect(readAllItems('tools', () => page({ tools: tools(10_001) }))).rejects.toThrow(
    'more than 10000',
  );
});

test('a server without templates has none, one without its list of resources is refused', async () => {
  const unknown = () => Promise.resolve({ error: { code: -32601, message: 'no' }, bytes: 1 });
  expect(await readAllItems('templates', unknown)).toEqual([]);
  await expect(readAllItems('resources', unknown)).rejects.toThrow('error -32601');
});
