import { expect, test } from 'vitest';
import type { JsonSchema } from '../src/api/openapi/components.ts';
import { typeSections } from './typeSections.ts';

test('writes a row for each key, also of objects without a name', () => {
  const steps: JsonSchema = {
    type: 'array',
    items: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
  };
  const page = typeSections({
    Answer: { description: 'An answer.', properties: { ok: { const: true }, steps }, required: ['ok'] },
    Kind: { description: 'A kind.', type: 'string', enum: ['a', 'b'] },
  });
  expect(page.split('\n')).toEqual([
    '### Answer',
    '',
    'An answer.',
    '',
    '| key | type | meaning |',
    '| --- | --- | --- |',
    '| `ok` | `true` |  |',
    '| `steps` (optional) | array of object |  |',
    '| `steps[].name` | string |  |',
    '',
    '### Kind',
    '',
    'A kind.',
    '',
    '`a`, `b`',
    '',
  ]);
});
