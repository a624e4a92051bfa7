import { expect, test } from 'vitest';
import type { Endpoint } from '../api/endpoint.ts';
import { endpointGroups } from '../api/endpoints.ts';
import { isApiPath } from './apiPath.ts';

/** Is there without a schema: it answers while nothing else does. */
const alwaysThere = '/health';
const paths = Object.values(endpointGroups).flatMap((group) =>
  Object.values<Endpoint>(group).map(({ path }) => path.replace(/:\w+/g, 'some-id')),
);

test('knows every endpoint that has a schema', () => {
  expect(paths.length).toBeGreaterThan(50);
  const missing = paths.filter((path) => !isApiPath(path) || !isApiPath(`${path}?limit=1`));
  expect(missing).toEqual([alwaysThere]);
});

test.each(['/mcp', '/mcp/files', '/health', '/ui/', '/statuses', '/registryfile', '/', ''])(
  'leaves %j to the routes that are always there',
  (path) => {
    expect(isApiPath(path)).toBe(false);
  },
);
