import { expect, test } from 'vitest';
import { parseSource } from './parse.ts';
import { canHold, titlesIn } from './titles.ts';

test('lists the titles of tests and suites, tables included', () => {
  const source = parseSource(
    'x.test.ts',
    "describe('door', () => { it('opens', f); test.each([1])('rejects %s of $name.id', f); });" +
      'test.each`a`(`takes ${x}`, f); expect(test); other("not a title");',
  );
  expect(titlesIn(source)).toEqual(['door', 'opens', 'rejects * of *', 'takes *']);
});

test.each([
  ['rejects a foreign Host', 'a foreign Host', true],
  ['rejects a foreign Host', 'a foreign Origin', false],
  ['Host * is rejected', 'Host evil.example is rejected', true],
  ['*: rejected once', 'a second body: rejected once', true],
  ['management from a page as * is rejected', 'from a page as a form is rejected', true],
  ['Host * is rejected', 'an Origin', false],
  ['*', 'anything', false],
])('%j can hold %j: %j', (title, name, expected) => {
  expect(canHold(title, name)).toBe(expected);
});
