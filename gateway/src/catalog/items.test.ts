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

test('a server without templates has none, one without its list of resources is refused', async () => {
  const unknown = () => Promise.resolve({ error: { code: -32601, message: 'no' }, bytes: 1 });
  expect(await readAllItems('templates', unknown)).toEqual([]);
  await expect(readAllItems('resources', unknown)).rejects.toThrow('error -32601');
});
