import { expect, test } from 'vitest';
import type { JsonSchema } from '../src/api/openapi/components.ts';
import { typeText } from './typeText.ts';

test.each<[JsonSchema | undefined, string]>([
  [undefined, 'any JSON'],
  [{}, 'any JSON'],
  [{ type: 'string' }, 'string'],
  [{ type: ['string', 'null'] }, 'string or null'],
  [{ const: true }, '`true`'],
  [{ type: 'string', enum: ['a', 'b'] }, '`a`, `b`'],
  [{ $ref: '#/components/schemas/ToolRef' }, '[ToolRef](#toolref)'],
  [{ type: 'array', items: { $ref: '#/components/schemas/ToolRef' } }, 'array of [ToolRef](#toolref)'],
  [{ anyOf: [{ type: 'number' }, { type: 'null' }] }, 'number or null'],
  [{ type: 'object', additionalProperties: { type: 'number' } }, 'object with values of number'],
  [{ type: 'object', additionalProperties: false }, 'object'],
])('writes %j as %s', (schema, text) => {
  expect(typeText(schema)).toBe(text);
});
