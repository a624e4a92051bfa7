import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { brokenLinks } from './brokenLinks.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

test('each link of the documentation leads to a file and a heading', () => {
  const paths = globSync(['*.md', 'docs/**/*.md'], {
    cwd: root,
    exclude: (path) => path.endsWith('node_modules'),
  });
  expect(paths.length).toBeGreaterThan(15);
  const pages = Object.fromEntries(paths.map((path) => [path, readFileSync(join(root, path), 'utf8')]));
  expect(brokenLinks(pages, (path) => existsSync(join(root, path)))).toEqual([]);
});

const none = () => false;

test.each([
  ['a file', '[x](missing.md)', 'missing.md', 'no such file'],
  ['a heading of the same page', '[x](#nowhere)', '#nowhere', 'no such heading'],
  ['a heading of another page', 'Text\n[x](b.md#nowhere)', 'b.md#nowhere', 'no such heading'],
  ['a heading of a file that is not a page', '[x](c.yaml#one)', 'c.yaml#one', 'no such heading'],
])('finds a link to %s that does not exist', (_what, text, link, problem) => {
  const pages = { 'docs/a.md': `# A\n${text}\n`, 'docs/b.md': '# B\n' };
  const line = text.split('\n').length + 1;
  expect(brokenLinks(pages, (path) => path === 'docs/c.yaml')).toEqual([
    { page: 'docs/a.md', line, link, problem },
  ]);
});

test.each([
  ['headings with punctuation and code', '## `GET /status[?limit=N]`\n[x](#get-statuslimitn)'],
  ['headings that occur again', '## On\n## On\n[x](#on-1)'],
  ['headings with links', '## See [b](b.md)\n[x](#see-b)'],
  ['other pages, up and down', '[x](../b.md) [y](b.md#b)'],
  ['addresses', '[x](https://example.com/#a)'],
])('accepts links to %s', (_what, text) => {
  const pages = { 'docs/a.md': `# A\n${text}\n`, 'docs/b.md': '# B\n', 'b.md': '# B\n' };
  expect(brokenLinks(pages, none)).toEqual([]);
});

test('ignores code, in blocks and in lines', () => {
  const pages = { 'a.md': '```md\n[x](missing.md)\n## Not a heading\n```\n`[x](missing.md)`\n' };
  expect(brokenLinks(pages, none)).toEqual([]);
});
