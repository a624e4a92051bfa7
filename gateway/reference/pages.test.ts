import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { withBlocks } from './blocks.ts';
import { keptBlocks, pages } from './pages.ts';

test.each(Object.entries(pages))('%s is what `npm run docs` generates', async (path, texts) => {
  const page = await readFile(new URL(`../../${path}`, import.meta.url), 'utf8');
  expect(page).toBe(withBlocks(page, texts, keptBlocks[path]));
});
