import { expect, test } from 'vitest';
import type { Endpoint } from '../endpoint.ts';
import { endpointGroups } from '../endpoints.ts';
import { openApiDocument } from './openApiDocument.ts';
import { components } from './components.ts';

const document = openApiDocument('1.2.3');
const all = Object.values(endpointGroups).flatMap((group): [string, Endpoint][] => Object.entries(group));

/** Every `$ref` in a value. */
function refsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === '$ref' && typeof inner === 'string' ? [inner] : refsIn(inner),
  );
}

test('describes each endpoint once', () => {
  const described = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods as Record<string, { operationId: string }>).map(
      ([method, { operationId }]) => `${operationId} ${method.toUpperCase()} ${path}`,
    ),
  );
  const expected = all.map(([id, { method, path }]) => `${id} ${method} ${path.replace(/:(\w+)/g, '{$1}')}`);
  expect(described.sort()).toEqual(expected.sort());
  expect(new Set(all.map(([id]) => id)).size).toBe(all.length);
});

test('refers only to schemas that it contains', () => {
  const names = Object.keys(components()).map((name) => `#/components/schemas/${name}`);
  expect(refsIn(document).length).toBeGreaterThan(all.length);
  expect(refsIn(document).filter((ref) => !names.includes(ref))).toEqual([]);
});

test('describes a query parameter as what it is, not as its text', () => {
  const { parameters } = (document.paths['/management/audit'] as { get: { parameters: object[] } }).get;
  expect(parameters).toContainEqual({
    name: 'limit',
    in: 'query',
    required: false,
    description: 'Lines in the page; 100 by default.',
    schema: { type: 'integer', minimum: 1, maximum: 500 },
  });
});

test('management requires its token, and a status does not', () => {
  const securityOf = (path: string): unknown =>
    (document.paths[path] as { get: { security: unknown } }).get.security;
  expect(securityOf('/management/audit')).toEqual([{ management: [] }]);
  expect(securityOf('/status')).toEqual([{}, { management: [] }]);
});
