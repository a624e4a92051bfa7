import { expect, test } from 'vitest';
import { audienceOf, covers, resourceOf } from './audience.ts';

const isOurs = (host: string): boolean => ['127.0.0.1:7345', 'localhost:7345'].includes(host);

test.each([
  [undefined, '/mcp'],
  ['http://127.0.0.1:7345', '/mcp'],
  ['http://127.0.0.1:7345/', '/mcp'],
  ['http://localhost:7345/mcp', '/mcp'],
  ['http://127.0.0.1:7345/mcp/', '/mcp'],
  ['http://127.0.0.1:7345/sse', '/mcp'],
  ['http://127.0.0.1:7345/mcp/github', '/mcp/github'],
  ['http://127.0.0.1:7345/sse/github', '/mcp/github'],
])('the resource %s is %s', (resource, audience) => {
  expect(audienceOf(resource, isOurs)).toBe(audience);
});

test.each([
  'http://127.0.0.1:7346/mcp',
  'https://api.example/mcp',
  'http://user@127.0.0.1:7345/mcp',
  'http://127.0.0.1:7345/mcp?x=1',
  'http://127.0.0.1:7345/mcp#x',
  'http://127.0.0.1:7345/status',
  'http://127.0.0.1:7345/mcp/a/b',
  'ftp://127.0.0.1:7345/mcp',
  'mcp',
])('%s is not a resource of this gateway', (resource) => {
  expect(audienceOf(resource, isOurs)).toBeUndefined();
});

test('a token for one server is good for that server alone', () => {
  for (const path of ['/mcp', '/mcp/', '/mcp/a', '/sse', '/messages'])
    expect(covers('/mcp', path)).toBe(true);
  for (const path of ['/mcp/a', '/mcp/a/', '/sse/a', '/messages']) expect(covers('/mcp/a', path)).toBe(true);
  for (const path of ['/mcp', '/mcp/', '/mcp/b', '/mcp/ab', '/sse', '/sse/b', '/auth-check'])
    expect(covers('/mcp/a', path)).toBe(false);
});

test('a client that has no token is told which resource to ask for', () => {
  expect(['/mcp', '/mcp/', '/mcp/a', '/sse', '/messages', '/auth-check', ''].map(resourceOf)).toEqual([
    ...['/mcp', '/mcp', '/mcp/a', '/sse', '/mcp', '/mcp', '/mcp'],
  ]);
});
