import { expect, test } from 'vitest';
import { searchTools } from '../../src/search/search.ts';
import { indexBytes, manyTools, wordings } from './cost.ts';

const searched = manyTools();

test('five wordings among 2,000 tools read few of the entries of the indexes', () => {
  for (const { index } of searched) index.read = 0;
  const hits = searchTools(searched, wordings, 20);
  const read = searched.reduce((sum, { index }) => sum + index.read, 0);
  expect(hits).toHaveLength(20);
  // 6,337 when this was written; the indexes have 47,855 entries.
  expect(read).toBeGreaterThan(0);
  expect(read).toBeLessThan(15_000);
});

test('the indexes of 2,000 tools hold a fraction of the 20 MB that they may take', () => {
  const bytes = searched.reduce((sum, { index }) => sum + indexBytes(index), 0);
  expect(bytes).toBeGreaterThan(500_000);
  expect(bytes).toBeLessThan(4_000_000);
});
