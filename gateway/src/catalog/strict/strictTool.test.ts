import fc from 'fast-check';
import { expect, test } from 'vitest';
import { strictItem } from './strictItem.ts';
import { strictTool } from './strictTool.ts';

const object = { type: 'object' };
const named = (rest: object) => ({ name: 't', ...rest });

test.each([
  ['a missing schema', {}, object, ['inputSchema set to {"type":"object"}']],
  ['null', { inputSchema: null }, object, ['inputSchema set to {"type":"object"}']],
  ['true', { inputSchema: true }, object, ['inputSchema set to {"type":"object"}']],
  ['an empty one', { inputSchema: {} }, object, ['inputSchema.type set to "object"']],
  [
    'no type',
    { inputSchema: { anyOf: [object] } },
    { anyOf: [object], ...object },
    ['inputSchema.type set to "object"'],
  ],
  [
    'several types',
    { inputSchema: { type: ['object', 'null'] } },
    object,
    ['inputSchema.type set to "object"'],
  ],
  ['null members', { inputSchema: { ...object, properties: null, required: null } }, object, 2],
  ['an array of properties', { inputSchema: { ...object, properties: [] } }, object, 1],
  ['a required of draft 3', { inputSchema: { ...object, required: true } }, object, 1],
  [
    'Boolean properties',
    { inputSchema: { ...object, properties: { a: true, b: false, c: null, d: {} } } },
    { ...object, properties: { a: {}, b: { not: {} }, c: {}, d: {} } },
    3,
  ],
])('repairs an input schema: %s', (_what, given, inputSchema, repairs) => {
  const found = strictTool(named(given));
  expect(found.tool).toEqual(named({ inputSchema }));
  expect(typeof repairs === 'number' ? found.repairs.length : found.repairs).toEqual(repairs);
});

test.each([
  false,
  'object',
  7,
  [],
  { type: 'string' },
  { type: [] },
  { ...object, properties: { a: 7 } },
  { ...object, properties: 7 },
  { ...object, required: 'a' },
  { ...object, required: [7] },
])('leaves out a tool with the input schema %j', (inputSchema) => {
  expect(strictTool(named({ inputSchema }))).toEqual({
    tool: undefined,
    repairs: ['inputSchema is not the schema of an object'],
  });
});

test.each([
  ['title', null],
  ['description', 7],
  ['icons', {}],
  ['annotations', 'x'],
  ['execution', null],
  ['_meta', []],
  ['outputSchema', null],
  ['outputSchema', {}],
  ['outputSchema', { type: 'array' }],
])('removes an optional member that strict clients reject: %s %j', (name, value) => {
  const found = strictTool(named({ inputSchema: object, [name]: value }));
  expect(found).toEqual({ tool: named({ inputSchema: object }), repairs: [`${name} removed`] });
});

test('removes invalid members of an optional member, and keeps unknown ones', () => {
  const given = {
    inputSchema: object,
    annotations: { readOnlyHint: 'yes', destructiveHint: null, title: 't', other: null },
    icons: [{ src: 'a', sizes: null }, { mimeType: 'image/png' }, null, { src: 'b', sizes: ['any', 7] }],
    execution: { taskSupport: 'sometimes', other: 1 },
    other: null,
  };
  const { tool, repairs } = strictTool(named(given));
  expect(tool).toEqual(
    named({
      inputSchema: object,
      annotations: { title: 't', other: null },
      icons: [{ src: 'a' }, { src: 'b', sizes: ['any'] }],
      execution: { other: 1 },
      other: null,
    }),
  );
  expect(repairs).toContain('icons[0].sizes removed');
});

test('keeps any output schema for a stateless client, and adds the type for others', () => {
  const list = named({ inputSchema: object, outputSchema: { type: 'array' } });
  expect(strictTool(list, 'modern').tool).toBe(list);
  const untyped = named({ inputSchema: object, outputSchema: { properties: { a: {} } } });
  expect(strictTool(untyped).tool?.['outputSchema']).toEqual({ ...object, properties: { a: {} } });
});

test('returns a valid definition unchanged, and does not repair a repaired one again', () => {
  const keys = ['title', 'annotations', 'inputSchema', 'outputSchema', 'icons', 'execution', '_meta', 'x'];
  const values = fc.oneof(
    fc.constant(object),
    fc.jsonValue({ maxDepth: 3 }),
    fc.dictionary(fc.constantFrom('type', 'properties', 'required', 'title', '__proto__'), fc.jsonValue()),
  );
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...keys), values), (given) => {
      const first = strictTool(named(given)).tool;
      if (first === undefined) return;
      expect(strictTool(first)).toEqual({ tool: first, repairs: [] });
      expect(strictTool({ ...first }).tool).toEqual(first);
    }),
  );
});

test('repairs prompts, resources and templates', () => {
  expect(
    strictItem('prompts', { name: 'p', title: null, arguments: [{ name: 'a', required: null }, {}] }),
  ).toEqual({ name: 'p', arguments: [{ name: 'a' }] });
  const annotations = { priority: 7, lastModified: 'yesterday', audience: ['user', 'cat'] };
  expect(strictItem('resources', { uri: 'a:b', size: '7', annotations })).toEqual({
    uri: 'a:b',
    name: 'a:b',
    annotations: { audience: ['user'] },
  });
  expect(strictItem('templates', { uriTemplate: 'a:{b}', name: null })).toEqual({
    uriTemplate: 'a:{b}',
    name: 'a:{b}',
  });
  const fits = { uri: 'a:b', name: 'n', annotations: { lastModified: '2026-01-01T00:00:00Z' } };
  expect(strictItem('resources', fits)).toBe(fits);
});
