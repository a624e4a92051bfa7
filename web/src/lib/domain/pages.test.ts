import { globSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { pages } from './pages.ts';

test('lists every page in routes/, and no other', () => {
  const routes = fileURLToPath(new URL('../../routes', import.meta.url));
  const found = globSync('**/+page.svelte', { cwd: routes }).map((file) => `/${dirname(file)}`);
  expect(pages.map(({ route }) => route).sort()).toEqual(
    found.map((path) => (path === '/.' ? '/' : path)).sort(),
  );
});
