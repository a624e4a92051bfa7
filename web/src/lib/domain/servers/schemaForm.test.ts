import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formFields, readForm, readJsonObject } from './schemaForm.ts';

const schema = {
  type: 'object',
  properties: {
    path: { type: 'string', description: 'Where' },
    depth: { type: 'integer', default: 2 },
    ratio: { type: 'number' },
    deep: { type: 'boolean' },
    mode: { enum: ['fast', 'safe', 3] },
    tags: { type: 'array', items: { type: 'string' } },
    filter: { type: 'object' },
  },
  required: ['path', 'mode'],
};

test('each kind of property becomes its field', () => {
  const fields = formFields(schema);
  expect(fields?.map((one) => [one.name, one.kind, one.required])).toEqual([
    ['path', 'text', true],
    ['depth', 'integer', false],
    ['ratio', 'number', false],
    ['deep', 'boolean', false],
    ['mode', 'choice', true],
    ['tags', 'list', false],
    ['filter', 'json', false],
  ]);
  expect(fields?.[1]?.initial).toBe('2');
});

test('what was typed becomes arguments of the right types', () => {
  const typed = new Map([
    ['path', '/tmp'],
    ['depth', '3'],
    ['deep', 'true'],
    ['mode', '3'],
    ['tags', 'a\nb\n'],
    ['filter', '{"x":1}'],
  ]);
  expect(readForm(formFields(schema) ?? [], typed)).toEqual({
    ok: true,
    values: { path: '/tmp', depth: 3, deep: true, mode: 3, tags: ['a', 'b'], filter: { x: 1 } },
  });
});

test('what can’t be read is named field by field', () => {
  const typed = new Map([
    ['depth', '1.5'],
    ['ratio', 'much'],
    ['filter', '{'],
  ]);
  const reading = readForm(formFields(schema) ?? [], typed);
  expect(reading.ok ? [] : [...reading.errors.keys()]).toEqual(['path', 'depth', 'ratio', 'mode', 'filter']);
});

test('schemas that are no form ask for JSON', () => {
  expect(formFields({ type: 'object', anyOf: [] })).toBeNull();
  expect(formFields({ type: 'array' })).toBeNull();
  expect(formFields({ type: 'object' })).toEqual([]);
  expect(readJsonObject('[1]').ok).toBe(false);
  expect(readJsonObject('{"a":1}')).toEqual({ ok: true, values: { a: 1 } });
});

test('a property named like a prototype’s is a property', () => {
  const fields = formFields(
    JSON.parse('{"properties":{"__proto__":{"type":"string"}}}') as Record<string, unknown>,
  );
  const reading = readForm(fields ?? [], new Map([['__proto__', 'x']]));
  expect(JSON.stringify(reading.ok && reading.values)).toBe('{"__proto__":"x"}');
});

test('no schema makes it throw', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.jsonValue(), (hostile, properties) => {
      const fields = formFields({ ...hostile, properties });
      if (fields !== null) readForm(fields, new Map(fields.map((one) => [one.name, one.initial])));
    }),
  );
});
