import { expect, test } from 'vitest';
import { registryJsonSchema } from './schema.ts';

test('the JSON Schema describes every key and rejects unknown ones', () => {
  const schema = registryJsonSchema();
  expect(schema).toMatchObject({
    $schema: 'http://json-schema.org/draft-07/schema#',
    additionalProperties: false,
  });
  const missing: string[] = [];
  collectUndescribed(schema, '', missing);
  expect(missing).toEqual([]);
  expect(JSON.stringify(schema)).toContain('"default":7345');
});

/** Keys of a section without words for the person who hovers over them. */
function collectUndescribed(node: unknown, path: string, missing: string[]): void {
  if (typeof node !== 'object' || node === null) return;
  const described = new Set(['', '.lmcp', '.clients', '.servers']);
  for (const [key, value] of Object.entries((node as { properties?: object }).properties ?? {})) {
    const text = JSON.stringify(value as unknown);
    if (!text.includes('"description"') && !described.has(`${path}.${key}`)) missing.push(`${path}.${key}`);
  }
  for (const [key, value] of Object.entries(node))
    collectUndescribed(value, key === 'properties' ? path : `${path}.${key}`, missing);
}
