import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { findTerms } from './findTerms.ts';
import { terms } from './terms.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
// What an earlier version wrote has its words.
const notOurs = new Set(['node_modules', 'build', '.svelte-kit', 'cache', 'language', 'version-0.1.0']);
const files = globSync(
  ['*.{md,ts,js}', '{config,docker,docs,e2e,gateway,web}/**/*.{css,html,js,md,mjs,sh,svelte,ts,yaml}'],
  { cwd: root, exclude: (path) => notOurs.has(path.split('/').at(-1) ?? '') },
);

test.each(terms)('no file says $not', ({ allowedIn = [], ...term }) => {
  expect(files.length).toBeGreaterThan(800);
  const found = files
    .filter((path) => !allowedIn.includes(path))
    .flatMap((path) =>
      findTerms(readFileSync(join(root, path), 'utf8'), [term]).map(
        ({ line, found, use }) => `${path}:${line}: "${found}": use "${use}"`,
      ),
    );
  expect(found).toEqual([]);
});

test('every exception is a file that needs it', () => {
  const idle = terms.flatMap((term) =>
    (term.allowedIn ?? []).filter(
      (path) =>
        !files.includes(path) || findTerms(readFileSync(join(root, path), 'utf8'), [term]).length === 0,
    ),
  );
  expect(idle).toEqual([]);
});

const word = { not: ['at once', 'anew'], use: 'immediately; again' };

test.each([
  ['in a line', 'a\nstops at once\n', 2, 'at once'],
  ['in any case', 'Anew', 1, 'Anew'],
  ['wrapped in a comment', '/**\n * It stops at\n * once.\n */', 2, 'at once'],
  ['wrapped in prose', 'It stops at\nonce.', 1, 'at once'],
])('finds a word %s', (_where, text, line, found) => {
  expect(findTerms(text, [word])).toEqual([{ line, found, use: word.use }]);
});

test.each(['at onceness', 'renew', 'at-once', 'anew_x'])('does not find it within %s', (text) => {
  expect(findTerms(text, [word])).toEqual([]);
});
