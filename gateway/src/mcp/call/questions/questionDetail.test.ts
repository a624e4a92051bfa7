import { expect, test } from 'vitest';
import { questionDetail } from './questionDetail.ts';

const form = (message: string, properties: object = {}) =>
  questionDetail('a', 'elicitation', { message, requestedSchema: { type: 'object', properties } });

test.each([
  ['Your GitHub password, please', {}],
  ['Sign in', { apiKey: { type: 'string' } }],
  ['Sign in', { a: { type: 'string', title: 'API key' } }],
  ['Sign in', { a: { type: 'string', description: 'the one-time passcode' } }],
  ['Sign in', { access_token: {} }],
  ['Enter the PIN', {}],
  ['Your pass\u200bword', {}],
  ['Your ｐａｓｓｗｏｒｄ', {}],
])('marks a form that asks for a secret: %s %j', async (message, properties) => {
  await expect(form(message, properties)).resolves.toMatchObject({ mode: 'form', asks_for_secret: true });
});

test.each(['How many guests?', 'Which shipping address?', 'Opinion on the spinner'])(
  'does not mark other forms: %s',
  async (message) => {
    await expect(form(message, { name: { type: 'string' } })).resolves.not.toHaveProperty('asks_for_secret');
  },
);

test('logs only the host of a URL, and the sizes of the rest', async () => {
  const url = 'https://user:pw@example.com/path?code=1#x';
  expect(await questionDetail('a', 'elicitation', { mode: 'url', url, message: 'm' })).toEqual({
    kind: 'elicitation',
    mode: 'url',
    host: 'example.com',
    bytes: JSON.stringify({ mode: 'url', url, message: 'm' }).length,
  });
  expect(await questionDetail('a', 'elicitation', { mode: 'url', url: 'no url' })).toMatchObject({
    host: null,
  });
  expect(await questionDetail('a', 'sampling', { messages: [] })).toEqual({ kind: 'sampling', bytes: 15 });
});

test('marks a form that nobody can read through', async () => {
  await expect(form('x'.repeat(300_000))).resolves.toMatchObject({ asks_for_secret: true });
});
