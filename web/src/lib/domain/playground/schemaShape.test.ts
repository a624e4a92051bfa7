import { expect, it } from 'vitest';
import { emptyItem, fits, initialValue, readArguments, withMember } from './formValue.ts';
import { resolved, shapeOf, type Schema } from './schemaShape.ts';
import { problemsOf } from './validate.ts';

const root: Schema = {
  type: 'object',
  properties: {
    name: { type: 'string', minLength: 2 },
    times: { type: 'integer', default: 2, minimum: 1 },
    mode: { enum: ['fast', 'slow', 3] },
    place: { $ref: '#/$defs/place' },
    tags: { type: 'array', items: { type: 'string' }, maxItems: 2 },
    shape: {
      oneOf: [
        {
          type: 'object',
          properties: { kind: { const: 'circle' }, radius: { type: 'number' } },
          required: ['kind', 'radius'],
        },
        {
          type: 'object',
          properties: { kind: { const: 'square' }, side: { type: 'number' } },
          required: ['kind', 'side'],
        },
      ],
    },
    note: { anyOf: [{ type: 'string' }, { type: 'null' }], default: null },
    tree: { $ref: '#/$defs/tree' },
  },
  required: ['name', 'place'],
  additionalProperties: false,
  $defs: {
    place: {
      type: 'object',
      properties: { city: { type: 'string' }, zip: { type: 'string', default: '0' } },
      required: ['city'],
    },
    tree: { type: 'object', properties: { left: { $ref: '#/$defs/tree' } }, required: ['left'] },
    'a/b': { type: 'boolean' },
  },
};

it('draws nested objects, lists, values and alternatives', () => {
  const { properties } = root as { properties: Record<string, Schema> };
  expect(Object.values(properties).map((one) => shapeOf(root, one).kind)).toEqual([
    ...['text', 'number', 'enum', 'object', 'array', 'choice', 'choice', 'object'],
  ]);
  expect(shapeOf(root, properties['shape'])).toMatchObject({
    variants: [{ label: 'kind: circle' }, { label: 'kind: square' }],
  });
  expect(shapeOf(root, properties['mode'])).toMatchObject({
    options: [{ label: 'fast', value: 'fast' }, { value: 'slow' }, { label: '3', value: 3 }],
  });
});

it('follows references, merges allOf, and ends at a schema that refers to itself', () => {
  expect(resolved(root, { $ref: '#/$defs/a~1b' })).toEqual({ type: 'boolean' });
  expect(resolved(root, { $ref: 'https://example.com/schema' })).toEqual({});
  expect(resolved({ $ref: '#' }, { $ref: '#' })).toEqual({});
  const both = shapeOf(root, {
    allOf: [{ properties: { a: {} }, required: ['a'] }, { properties: { b: {} } }],
  });
  expect(both.kind === 'object' && both.properties.map(([name]) => name)).toEqual(['a', 'b']);
});

it('ends at alternatives that refer to themselves', () => {
  const alone = { type: 'object', anyOf: [{ $ref: '#' }] };
  const several = { type: 'object', oneOf: Array.from({ length: 60 }, () => ({ $ref: '#' })) };
  const all = { allOf: Array.from({ length: 30 }, () => ({ $ref: '#' })), type: 'object' };
  expect(shapeOf(alone, alone).kind).toBe('any');
  expect(shapeOf(several, several)).toMatchObject({ kind: 'choice', variants: { length: 40 } });
  expect(shapeOf(all, all).kind).toBe('object');
  for (const one of [alone, several, all]) {
    expect(problemsOf(one, one, { a: 1 }).size).toBe(0);
  }
  expect([alone, all].map((one) => initialValue(one, one, true))).toEqual([undefined, {}]);
});

it('starts with the defaults and what is required', () => {
  expect(initialValue(root, root, true)).toEqual({
    times: 2,
    place: { zip: '0' },
    note: null,
    tree: undefined,
  });
  expect(emptyItem(root, { type: 'string' })).toBe('');
  expect(initialValue(root, { $ref: '#/$defs/tree' }, true)).toEqual({
    left: { left: { left: { left: { left: {} } } } },
  });
});

it('keeps the order and the other members when one is set or left out', () => {
  expect(JSON.stringify(withMember({ a: 1, b: 2 }, 'a', 3))).toBe('{"a":3,"b":2}');
  expect(withMember({ a: 1, b: 2 }, 'a', undefined)).toEqual({ b: 2 });
  expect(Object.keys(withMember({}, '__proto__', 1))).toEqual(['__proto__']);
});

it('tells at the field what is wrong', () => {
  const value = { name: 'A', times: 0.5, mode: 'x', tags: ['a', 1, 'c'], shape: { kind: 'square' }, more: 1 };
  expect([...problemsOf(root, root, value)]).toEqual([
    ['/place', 'This one is required.'],
    ['/name', 'At least 2 characters.'],
    ['/times', 'Write a whole number.'],
    ['/mode', 'Choose one of the values.'],
    ['/tags', 'At most 2 of them.'],
    ['/tags/1', 'Write a text.'],
    ['/shape/side', 'This one is required.'],
    ['/more', 'The tool does not know this one.'],
  ]);
  expect(problemsOf(root, root, { name: 'Ada', place: { city: 'x' }, note: 'n', mode: 3 }).size).toBe(0);
});

it('runs no pattern of a server', () => {
  const schema = { type: 'string', pattern: '^(a+)+$' };
  expect(problemsOf(schema, schema, `${'a'.repeat(40)}!`).size).toBe(0);
  expect(shapeOf(schema, schema)).toMatchObject({ hint: 'pattern ^(a+)+$' });
});

it('tells alternatives apart by their tag', () => {
  const { oneOf } = (root['properties'] as Record<string, { oneOf: Schema[] }>)['shape']!;
  expect(oneOf.map((one) => fits(root, one, { kind: 'square', side: 2 }))).toEqual([false, true]);
});

it('reads arguments that are written as JSON', () => {
  expect(readArguments('')).toEqual({ ok: true, value: {} });
  expect(readArguments('{"a": [1]}')).toEqual({ ok: true, value: { a: [1] } });
  expect(readArguments('[1]')).toMatchObject({ ok: false });
  expect(readArguments('{')).toMatchObject({ ok: false });
});
