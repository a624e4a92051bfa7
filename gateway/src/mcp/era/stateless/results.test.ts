import { expect, test } from 'vitest';
import { modernResult, modernStatus } from './results.ts';

test('a list is complete, privately cacheable, and names the answering server', () => {
  expect(modernResult('tools/list', { tools: [], ttlMs: 500, cacheScope: 'public' })).toMatchObject({
    tools: [],
    resultType: 'complete',
    ttlMs: 500,
    cacheScope: 'private',
    _meta: { 'io.modelcontextprotocol/serverInfo': { name: 'lmcp' } },
  });
  expect(modernResult('resources/read', { contents: [], ttlMs: -1 })).toMatchObject({ ttlMs: 0 });
});

test('a call result has no caching hints, and keeps the server’s own info', () => {
  const serverInfo = { name: 'theirs', version: '2' };
  const result = { content: [], _meta: { 'io.modelcontextprotocol/serverInfo': serverInfo, x: 1 } };
  expect(modernResult('tools/call', result)).toEqual({ ...result, resultType: 'complete' });
  expect(modernResult('resources/read', { resultType: 'input_required' })).not.toHaveProperty('ttlMs');
});

test.each([
  [-32020, 400],
  [-32021, 400],
  [-32022, 400],
  [-32601, 404],
  [-32602, 200],
  [-32011, 200],
])('error %i has status %i', (code, status) => expect(modernStatus(code)).toBe(status));
