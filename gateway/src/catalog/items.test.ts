import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UpstreamError } from '../errors.ts';
import { readAllItems, type ListPage } from './items.ts';

const limit = 16 * 1024 * 1024;
const read = async (kind: 'tools' | 'prompts' | 'resources' | 'templates', page: ListPage) =>
  (await readAllItems(kind, page, limit)).items;

const page = (result: unknown) => Promise.resolve({ result, bytes: 1 });

test('reads all pages, keeps the first of two items with one id, and leaves out items without an id', async () => {
  const pages: Record<string, unknown> = {
    '': { prompts: [{ name: 'a', x: 1 }, { title: 'no name' }, 7], nextCursor: '2' },
    '2': { prompts: [{ name: 'a', x: 2 }, { name: 'b' }] },
  };
  const items = await read('prompts', (cursor = '') => page(pages[cursor]));
  expect(items).toEqual([{ name: 'a', x: 1 }, { name: 'b' }]);
});

test.each([
  [{ tools: 'none' }, /no list/],
  [7, /no list/],
])('%j is rejected', async (answer, message) => {
  await expect(read('tools', () => page(answer))).rejects.toThrow(message);
});

test.each([
  ['', 1, 'an empty cursor'],
  ['again', 2, 'the same cursor twice'],
  [3, 1, 'a cursor that is not a string'],
  [{ page: 2 }, 1, 'a cursor that is not a string'],
  [null, 1, undefined],
])('keeps what came before the cursor %j, and names what was wrong', async (nextCursor, pages, message) => {
  const wrong: string[] = [];
  let asked = 0;
  const stuck = () => {
    asked++;
    return page({ tools: [{ name: 'a' }, { name: `b${asked}` }], nextCursor });
  };
  const { items } = await readAllItems('tools', stuck, Infinity, (what) => wrong.push(what));
  expect(items.map(({ name }) => name)).toEqual(['a', 'b1', 'b2'].slice(0, pages + 1));
  expect([asked, wrong]).toEqual([pages, message === undefined ? [] : [message]]);
});

test('a cursor of an earlier page ends the list', async () => {
  const next: Record<string, string> = { '': 'x', x: 'y', y: 'x' };
  const wrong: string[] = [];
  const round = (cursor = '') => page({ tools: [{ name: `of ${cursor}` }], nextCursor: next[cursor] });
  expect((await readAllItems('tools', round, Infinity, (what) => wrong.push(what))).items).toHaveLength(3);
  expect(wrong).toEqual(['the same cursor twice']);
});

test('reads a hundred pages of a list without end, and keeps them', async () => {
  let pages = 0;
  const wrong: string[] = [];
  const endless = () => page({ tools: [{ name: `t${++pages}` }], nextCursor: String(pages) });
  expect((await readAllItems('tools', endless, Infinity, (what) => wrong.push(what))).items).toHaveLength(
    100,
  );
  expect([pages, wrong]).toEqual([100, ['more than 100 pages']]);
});

test('keeps the first 10,000 items of a list that is too long', async () => {
  const tools = (count: number) => Array.from({ length: count }, (_, i) => ({ name: `t${i}` }));
  expect(await read('tools', () => page({ tools: tools(10_000) }))).toHaveLength(10_000);
  const wrong: string[] = [];
  const long = () => page({ tools: tools(10_001) });
  const { items } = await readAllItems('tools', long, Infinity, (what) => wrong.push(what));
  expect([items.length, wrong]).toEqual([10_000, ['more than 10000 of them']]);
});

test.each([
  ['an error', () => Promise.resolve({ error: { code: -32603, message: 'no' }, bytes: 1 }), 'error -32603'],
  ['no list', () => page({}), 'no list'],
  ['silence', () => Promise.reject(new UpstreamError('timeout', 'did not answer')), 'did not answer'],
] as const)('a second page that is %s costs nothing of the first', async (_what, second, message) => {
  const wrong: string[] = [];
  const list: ListPage = (cursor) =>
    cursor === undefined ? page({ tools: [{ name: 'a' }], nextCursor: '2' }) : second();
  const read = await readAllItems('tools', list, Infinity, (what) => wrong.push(what));
  expect(read).toEqual({ items: [{ name: 'a' }], cut: false, partial: true });
  expect(wrong).toEqual([expect.stringContaining(message)]);
});

test('a server that exits between two pages fails the list', async () => {
  const list: ListPage = (cursor) =>
    cursor === undefined
      ? page({ tools: [{ name: 'a' }], nextCursor: '2' })
      : Promise.reject(new UpstreamError('exited', 'gone'));
  await expect(readAllItems('tools', list, Infinity)).rejects.toThrow('gone');
});

test('reports a repeated page, and keeps what follows it', async () => {
  const pages: Record<string, unknown> = {
    '': { tools: [{ name: 'a' }], nextCursor: '2' },
    '2': { tools: [{ name: 'a' }], nextCursor: '3' },
    '3': { tools: [{ name: 'b' }] },
  };
  const wrong: string[] = [];
  const list: ListPage = (cursor = '') => page(pages[cursor]);
  const { items } = await readAllItems('tools', list, Infinity, (what) => wrong.push(what));
  expect(items.map(({ name }) => name)).toEqual(['a', 'b']);
  expect(wrong).toEqual(['a page that it had listed before']);
});

test('an error instead of the first page is the error of the list', async () => {
  const error = { code: -32601, message: 'no', data: { kept: 1 } };
  const unknown = () => Promise.resolve({ error, bytes: 1 });
  await expect(read('templates', unknown)).rejects.toMatchObject({ kind: 'protocol', rpc: error });
});

describe('a list above the limit', () => {
  const tool = (name: string) => ({ name, description: 'x'.repeat(80) });
  const sized = (result: unknown) =>
    Promise.resolve({ result, bytes: Buffer.byteLength(JSON.stringify(result)) });

  test('is cut after the last item that fits, and no further page is asked for', async () => {
    let asked = 0;
    const endless: ListPage = () => {
      const tools = [tool(`a${asked}`), tool(`b${asked}`)];
      return sized({ tools, nextCursor: String(++asked) });
    };
    const { items, cut } = await readAllItems('tools', endless, 500);
    expect(items.map(({ name }) => name)).toEqual(['a0', 'b0', 'a1', 'b1']);
    expect(cut).toBe(true);
    expect(asked).toBe(3);
  });

  test('counts pages without items as well', async () => {
    let asked = 0;
    const empty: ListPage = () =>
      Promise.resolve({ result: { tools: [], nextCursor: String(++asked) }, bytes: 400 });
    expect(await readAllItems('tools', empty, 1_000)).toEqual({ items: [], cut: true, partial: false });
    expect(asked).toBe(3);
  });

  test('never exceeds it, and keeps a prefix of what was listed', async () => {
    const sizes = fc.array(fc.nat(200), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(sizes, fc.nat(3_000), async (lengths, max) => {
        const tools = lengths.map((length, index) => ({ name: `t${index}`, x: 'x'.repeat(length) }));
        const { items, cut } = await readAllItems('tools', () => sized({ tools }), max);
        expect(items).toEqual(tools.slice(0, items.length));
        expect(cut).toBe(items.length < tools.length);
        const bytes = items.reduce((sum, item) => sum + Buffer.byteLength(JSON.stringify(item)), 0);
        expect(bytes).toBeLessThanOrEqual(Math.max(max, 0));
      }),
    );
  });
});
