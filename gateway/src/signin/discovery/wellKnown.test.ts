import { expect, test } from 'vitest';
import { coversResource, resourceMetadataUrls, resourceOf } from './wellKnown.ts';

test('metadata of a resource are looked for with its path, then at the root', () => {
  expect(resourceMetadataUrls(new URL('https://a.example/x/mcp?t=1'))).toEqual([
    'https://a.example/.well-known/oauth-protected-resource/x/mcp?t=1',
    'https://a.example/.well-known/oauth-protected-resource',
  ]);
  expect(resourceMetadataUrls(new URL('https://a.example/'))).toEqual([
    'https://a.example/.well-known/oauth-protected-resource',
  ]);
});

test.each([
  ['https://a.example/mcp', true],
  ['https://a.example/mcp/', true],
  ['https://a.example', true],
  ['https://a.example/mc', false],
  ['https://a.example/mcp/deeper', false],
  ['http://a.example/mcp', false],
  ['https://a.example:444/mcp', false],
  ['https://a.example.evil.example/mcp', false],
  ['https://a.example/mcp#x', false],
  ['nothing', false],
])('a resource named %s covers https://a.example/mcp: %s', (named, covers) => {
  expect(coversResource(named, new URL('https://a.example/mcp'))).toBe(covers);
});

test('a resource is named without query, fragment and lone slash', () => {
  expect(resourceOf(new URL('https://a.example/?a#b'))).toBe('https://a.example');
  expect(resourceOf(new URL('https://a.example/mcp?a'))).toBe('https://a.example/mcp');
});
