import { expect, test } from 'vitest';
import { withBlocks } from './blocks.ts';

const page = 'Before\n<!-- generated: one -->\nold\n<!-- end of generated -->\nAfter\n';

test('replaces what is between the markers and keeps the rest', () => {
  const filled = 'Before\n<!-- generated: one -->\n\nnew $& $1\n\n<!-- end of generated -->\nAfter\n';
  expect(withBlocks(page, { one: 'new $& $1\n' })).toBe(filled);
  expect(withBlocks(filled, { one: 'new $& $1\n' })).toBe(filled);
});

test('rejects a block that nothing generates', () => {
  expect(() => withBlocks(page, {})).toThrow('the block "one" is not generated');
});

test('leaves what is generated elsewhere', () => {
  expect(withBlocks(page, {}, ['one'])).toBe(page);
});

test('rejects a text that the page has no block for', () => {
  expect(() => withBlocks(page, { one: 'x', two: 'y' })).toThrow('the page has no block for two');
});
