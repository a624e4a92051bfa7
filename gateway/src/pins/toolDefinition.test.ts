import { expect, test } from 'vitest';
import { changedParts, definitionOf } from './toolDefinition.ts';

const tool = {
  name: 'read',
  description: 'reads',
  inputSchema: { type: 'object', properties: { a: {}, b: {} } },
  _meta: { x: 1 },
};

test.each([
  [{ title: 'Read' }, ['title']],
  [{ description: 'reads, then sends' }, ['description']],
  [{ inputSchema: { type: 'object', properties: { a: {}, b: {}, c: {} } } }, ['input_schema']],
  [{ outputSchema: {} }, ['output_schema']],
  [{ annotations: { readOnlyHint: true } }, ['annotations']],
  [{ _meta: { x: 2 } }, ['other']],
  [{ icons: [] }, ['other']],
  [{ description: 'other', execution: {} }, ['description', 'other']],
])('a change of any part is one: %j', (change, parts) => {
  expect(changedParts(definitionOf(tool), definitionOf({ ...tool, ...change }))).toEqual(parts);
});

test('a removed part is a change, the order of keys is not', () => {
  const { description: _gone, ...rest } = tool;
  expect(changedParts(definitionOf(tool), definitionOf({ ...rest, name: 'read' }))).toEqual(['description']);
  const turned = { ...tool, inputSchema: { properties: { b: {}, a: {} }, type: 'object' } };
  expect(changedParts(definitionOf(tool), definitionOf(turned))).toEqual([]);
});
