import fc from 'fast-check';
import { expect, test } from 'vitest';
import { templateMatcher } from './uriTemplate.ts';

const matches = (template: string, uri: string): boolean => templateMatcher(uri)(template);

test.each([
  ['note:///{name}', 'note:///one', true],
  ['note:///{name}', 'note:///one/two', false],
  ['note:///{name}', 'Note:///one', false],
  ['note:///{name}', 'xnote:///one', false],
  ['note:///{name}.md', 'note:///a.b.md', true],
  ['note:///{name}.md', 'note:///a.txt', false],
  ['file:///{+path}', 'file:///a/b/c', true],
  ['file:///{path*}', 'file:///a/b/c', true],
  ['repo://{owner}/{repo}/contents{/path*}', 'repo://me/it/contents/a/b', true],
  ['repo://{owner}/{repo}/contents{/path*}', 'repo://me/it/contents', true],
  ['repo://{owner}/{repo}/contents{/path*}', 'repo://me/it/contentsX', false],
  ['db://rows{?from,to}', 'db://rows?from=1&to=2', true],
  ['db://rows{?from,to}', 'db://rows', true],
  ['db://rows{?from,to}', 'db://rows/1', false],
  ['db://rows?a=1{&b}', 'db://rows?a=1&b=2', true],
  ['page://x{#part}', 'page://x#top', true],
  ['{+all}', 'anything://at/all', true],
  ['plain://uri', 'plain://uri', true],
  ['plain://uri', 'plain://uri/more', false],
  ['broken://{name', 'broken://x', false],
  ['broken://{na{me}}', 'broken://x', false],
  ['broken://name}', 'broken://name}', false],
])('%s and %s: %s', (template, uri, expected) => {
  expect(matches(template, uri)).toBe(expected);
});

test('a template matches what it expands to', () => {
  const word = fc.stringMatching(/^[A-Za-z0-9~%_-]{0,8}$/);
  fc.assert(
    fc.property(fc.array(fc.tuple(word, word), { maxLength: 5 }), word, (pairs, end) => {
      const template = pairs.map(([literal], place) => `${literal}/{v${place}}`).join('') + end;
      const uri = pairs.map(([literal, value]) => `${literal}/${value}`).join('') + end;
      expect(matches(template, uri)).toBe(true);
    }),
  );
});

test('agrees with a regular expression where simple expressions are in literals', () => {
  const piece = fc.constantFrom('a', 'b', '/', 'ab', '{x}', '{y}');
  const text = fc.array(fc.constantFrom('a', 'b', '/'), { maxLength: 12 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 6 }), text, (pieces, uri) => {
      const source = pieces.map((one) => (one.startsWith('{') ? '[^/]*' : one)).join('');
      expect(matches(pieces.join(''), uri)).toBe(new RegExp(`^${source}$`).test(uri));
    }),
    { numRuns: 2_000 },
  );
});

test('limits the work for one URI for any templates; beyond the limit nothing matches', () => {
  const slow = `x:${'{+a}b'.repeat(200)}`;
  const uri = `x:${'b'.repeat(5_000)}`;
  const matcher = templateMatcher(uri);
  expect(matcher(slow)).toBe(true);
  const found = Array.from({ length: 100 }, () => matcher(slow)).filter((one) => one);
  expect(found.length).toBeLessThan(5);
  expect(matcher('x:{+all}')).toBe(false);
});
