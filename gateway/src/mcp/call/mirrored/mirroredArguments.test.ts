import { expect, test } from 'vitest';
import { mirrored } from './mirroredArguments.ts';

const schema = {
  type: 'object',
  properties: {
    region: { type: 'string', 'x-mcp-header': 'Region' },
    query: { type: 'string' },
    where: { type: 'object', properties: { count: { type: 'integer', 'x-mcp-header': 'Count' } } },
    bad: { type: 'string', 'x-mcp-header': 'a\r\nb' },
  },
};
const read = (given: unknown): object => Object.fromEntries(mirrored(schema, given));

test('mirrors annotated arguments at every depth, and no others', () => {
  expect(read({ region: 'us-west1', query: 'q', where: { count: 3 }, bad: 'x' })).toEqual({
    'mcp-param-region': 'us-west1',
    'mcp-param-count': '3',
  });
});

test('omitted arguments have no header', () => {
  const none = { 'mcp-param-region': undefined, 'mcp-param-count': undefined };
  expect(read({ region: null, where: {} })).toEqual(none);
  expect(read(undefined)).toEqual(none);
  expect(mirrored(undefined, { region: 'x' }).size).toBe(0);
});
