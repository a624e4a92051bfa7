import { expect, test } from 'vitest';
import { mirrored } from './mirroredParameters.ts';

const schema = {
  type: 'object',
  properties: {
    region: { type: 'string', 'x-mcp-header': 'Region' },
    query: { type: 'string' },
    where: { type: 'object', properties: { count: { type: 'integer', 'x-mcp-header': 'Count' } } },
    bad: { type: 'string', 'x-mcp-header': 'a\r\nb' },
  },
};

test('annotated arguments are mirrored at every depth, others are not', () => {
  expect(mirrored(schema, { region: 'us-west1', query: 'q', where: { count: 3 }, bad: 'x' })).toEqual({
    'mcp-param-region': 'us-west1',
    'mcp-param-count': '3',
  });
});

test('what no header can hold goes in Base64, what is left out has no header', () => {
  expect(mirrored(schema, { region: 'ä\n' })['mcp-param-region']).toMatch(/^=\?base64\?.+\?=$/);
  expect(mirrored(schema, { region: null, where: {} })).toEqual({});
  expect(mirrored(undefined, { region: 'x' })).toEqual({});
});
