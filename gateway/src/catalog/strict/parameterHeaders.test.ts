import { expect, test } from 'vitest';
import { parameterHeaderFault } from './parameterHeaders.ts';
import { strictTool } from './strictTool.ts';

const schema = (properties: object): object => ({ type: 'object', properties });
const annotated = (header: unknown, type: unknown = 'string'): object => ({ type, 'x-mcp-header': header });

test.each([
  ['is not the name of a header', { a: annotated('') }],
  ['is not the name of a header', { a: annotated('My Region') }],
  ['is not the name of a header', { a: annotated('Region:Primary') }],
  ['is not the name of a header', { a: annotated('Région') }],
  ['is not the name of a header', { a: annotated('Region\t1') }],
  ['is not the name of a header', { a: annotated(1) }],
  ['is for a string, an integer or a boolean', { a: annotated('A', 'object') }],
  ['is for a string, an integer or a boolean', { a: annotated('A', 'number') }],
  ['is for a string, an integer or a boolean', { a: { 'x-mcp-header': 'A' } }],
  ['inputSchema.properties.b.x-mcp-header is used twice', { a: annotated('Same'), b: annotated('same') }],
  ['inputSchema.properties.a.properties.b.x-mcp-header', { a: schema({ b: annotated('') }) }],
])('finds that a header of an argument %s: %j', (fault, properties) => {
  expect(parameterHeaderFault(schema(properties))).toContain(fault);
});

test('accepts headers of strings, integers and booleans, and tools without headers', () => {
  const properties = {
    a: annotated('A'),
    b: annotated('B', 'integer'),
    c: schema({ d: annotated('D', 'boolean') }),
  };
  expect(parameterHeaderFault(schema(properties))).toBeUndefined();
  expect(parameterHeaderFault({ type: 'object' })).toBeUndefined();
  expect(parameterHeaderFault(undefined)).toBeUndefined();
});

test('leaves out a tool with such a header, and reports why', () => {
  const tool = { name: 'odd', inputSchema: schema({ a: annotated('') }) };
  expect(strictTool(tool)).toEqual({
    tool: undefined,
    repairs: ['inputSchema.properties.a.x-mcp-header is not the name of a header'],
  });
});
