import { expect, test } from 'vitest';
import { contentsForAll, linksForAll } from './translate.ts';

test('links and embedded resources get names that can be asked for, all else stays the same object', () => {
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

test('a result without resources is passed on as it is', () => {
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

test('prompts and contents are translated too', () => {
  const prompt = { messages: [{ role: 'user', content: { type: 'resource', resource: { uri: 'c:d' } } }] };
  expect(JSON.stringify(linksForAll('s')(prompt))).toContain('lmcp:s/c:d');
  expect(contentsForAll('s')({ contents: [{ uri: 'a:b', text: '' }] })).toEqual({
    contents: [{ uri: 'lmcp:s/a:b', text: '' }],
  });
});
