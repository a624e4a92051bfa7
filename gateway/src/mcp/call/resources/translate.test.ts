import { expect, test } from 'vitest';
import { contentsForAll, linksForAll } from './translate.ts';

test('translates the URIs of links and embedded resources; everything else stays the same object', () => {
  const text = { type: 'text', text: 'x', uri: 'not-a-resource' };
  const result = {
    content: [
      text,
      { type: 'resource_link', uri: 'a:b', name: 'n' },
      { type: 'resource', resource: { uri: 'c:d' } },
    ],
    structuredContent: { uri: 'a:b' },
  };
  const translated = linksForAll('s')(result) as typeof result;
  expect(translated.content[0]).toBe(text);
  expect(translated.content.slice(1)).toEqual([
    { type: 'resource_link', uri: 'lmcp:s/a:b', name: 'n' },
    { type: 'resource', resource: { uri: 'lmcp:s/c:d' } },
  ]);
  expect(translated.structuredContent).toBe(result.structuredContent);
});

test('returns a result without resources unchanged', () => {
  for (const result of [
    { content: [{ type: 'text', text: 'x' }] },
    { messages: [{ content: {} }] },
    {},
    null,
    'x',
    [],
  ])
    expect(linksForAll('s')(result)).toBe(result);
});

test('translates prompts and contents too', () => {
  const prompt = { messages: [{ role: 'user', content: { type: 'resource', resource: { uri: 'c:d' } } }] };
  expect(JSON.stringify(linksForAll('s')(prompt))).toContain('lmcp:s/c:d');
  expect(contentsForAll('s')({ contents: [{ uri: 'a:b', text: '' }] })).toEqual({
    contents: [{ uri: 'lmcp:s/a:b', text: '' }],
  });
});
