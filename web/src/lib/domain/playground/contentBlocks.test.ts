import { expect, it } from 'vitest';
import { filledTemplate, promptSchema, templateSchema } from './asSchema.ts';
import { contentBlocks, promptMessages, resourceBlocks } from './contentBlocks.ts';
import { curlCommand } from './curlCommand.ts';
import { nothingTold, told } from './progress.ts';

it('shows text, images, audio, resources and links, in their order', () => {
  const content = [
    { type: 'text', text: 'hello' },
    { type: 'image', data: 'AAAA', mimeType: 'image/png' },
    { type: 'audio', data: 'AAAA', mimeType: 'audio/wav' },
    { type: 'resource', resource: { uri: 'file:///a', mimeType: 'text/plain', text: 'inside' } },
    { type: 'resource', resource: { uri: 'file:///b', mimeType: 'application/zip', blob: 'AAAA' } },
    { type: 'resource_link', uri: 'https://example.com/', name: 'elsewhere' },
    { type: 'hologram' },
    null,
  ];
  expect(contentBlocks({ content })).toEqual([
    { kind: 'text', text: 'hello' },
    { kind: 'image', url: 'data:image/png;base64,AAAA', about: 'image/png' },
    { kind: 'audio', url: 'data:audio/wav;base64,AAAA', about: 'audio/wav' },
    { kind: 'link', uri: 'file:///a', about: 'text/plain' },
    { kind: 'text', text: 'inside' },
    { kind: 'link', uri: 'file:///b', about: 'application/zip' },
    { kind: 'file', about: 'file:///b · application/zip', bytes: 3 },
    { kind: 'link', uri: 'https://example.com/', about: 'elsewhere' },
  ]);
  expect(contentBlocks({ content: 'x' })).toEqual([]);
});

it('makes no data URL of a page or of what is not base64', () => {
  const image = (data: string, mimeType: string) =>
    contentBlocks({ content: [{ type: 'image', data, mimeType }] });
  expect(image('AAAA', 'text/html').map(({ kind }) => kind)).toEqual(['file']);
  expect(image('<script>', 'image/png').map(({ kind }) => kind)).toEqual(['file']);
  expect(image('AAAA', 'image/png;x"').map(({ kind }) => kind)).toEqual(['file']);
});

it('reads the messages of a prompt and the contents of a resource', () => {
  const messages = [{ role: 'user', content: { type: 'text', text: 'hi' } }];
  expect(promptMessages({ messages })).toEqual([{ role: 'user', blocks: [{ kind: 'text', text: 'hi' }] }]);
  expect(resourceBlocks({ contents: [{ uri: 'a:b', text: 'x' }] }).at(-1)).toEqual({
    kind: 'text',
    text: 'x',
  });
});

it('makes forms of the arguments of prompts and of URI templates', () => {
  expect(promptSchema([{ name: 'city', required: true }, { name: 'style' }, 5])).toMatchObject({
    properties: { city: { type: 'string' }, style: { type: 'string' } },
    required: ['city'],
  });
  expect(templateSchema('file:///{dir}/{+path}{?q,lang*}')).toMatchObject({
    required: ['dir', 'path', 'q', 'lang'],
  });
  expect(filledTemplate('file:///{dir}/{+path}{?q,r}', { dir: 'a b/c', path: 'd/e', q: '1&2', r: '' })).toBe(
    'file:///a%20b%2Fc/d/e?q=1%262&r=',
  );
});

it('writes a command that a shell takes as it is, without the token', () => {
  const text = curlCommand({
    origin: 'http://127.0.0.1:7345',
    client: 'codex',
    server: 'time',
    method: 'tools/call',
    params: { name: "it's" },
  });
  expect(text).toContain(String.raw`"params":{"name":"it'\''s"}`);
  expect(text).toContain('X-Lmcp-Token: $LMCP_TOKEN');
});

it('takes in progress and log messages, the newest of them', () => {
  const one = told(nothingTold, {
    method: 'notifications/progress',
    params: { progress: 1, total: 4, message: 'a' },
  });
  expect([one.share, one.step]).toEqual([0.25, '1 of 4 · a']);
  expect(told(one, { method: 'notifications/progress', params: { progress: 9 } }).share).toBeNull();
  let many = one;
  for (let n = 0; n < 250; n += 1) {
    many = told(many, {
      method: 'notifications/message',
      params: { level: 'info', logger: 'l', data: { n } },
    });
  }
  expect([many.logs.length, many.logs.at(-1)]).toEqual([200, { level: 'info', text: 'l: {"n":249}' }]);
});
