import { globSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { movedPages, pages } from './pages.ts';

function routesWith(file: string): string[] {
  const routes = fileURLToPath(new URL('../../routes', import.meta.url));
  return globSync(`**/${file}`, { cwd: routes })
    .map((path) => `/${dirname(path)}`)
    .map((path) => (path === '/.' ? '/' : path))
    .sort();
}

test('lists every page in routes/, and no other', () => {
  expect(pages.map(({ route }) => route).sort()).toEqual(routesWith('+page.svelte'));
});

test('lists every address that leads to another page', () => {
  expect([...movedPages].sort()).toEqual(routesWith('+page.ts'));
});
