import { expect, test } from 'vitest';
import { readAuthorizationRequest, redirectWith } from './authorizationRequest.ts';

const app = { id: 'app', name: 'Editor', redirectUris: ['http://127.0.0.1/callback'] };
const reading = {
  findApp: (id: string) => (id === 'app' ? app : undefined),
  isOurs: (host: string) => host === '127.0.0.1:7345',
};
const good = {
  response_type: 'code',
  client_id: 'app',
  redirect_uri: 'http://127.0.0.1:5000/callback',
  code_challenge: 'c'.repeat(43),
  code_challenge_method: 'S256',
  state: 'xyz',
  resource: 'http://127.0.0.1:7345/mcp',
};

function read(change: Record<string, string | undefined>) {
  const entries = Object.entries<string | undefined>({ ...good, ...change });
  const query = new URLSearchParams();
  for (const [name, value] of entries) if (value !== undefined) query.set(name, value);
  return readAuthorizationRequest(query, reading);
}

test('a good request is read', async () => {
  expect(await read({})).toEqual({
    kind: 'ok',
    request: {
      ...{ app, redirectUri: good.redirect_uri, redirectKind: 'loopback', state: 'xyz' },
      ...{ challenge: good.code_challenge, audience: '/mcp' },
    },
  });
  expect((await read({ redirect_uri: undefined, resource: undefined, state: undefined })).kind).toBe('ok');
});

test.each([
  ['an unknown application', { client_id: 'other' }],
  ['no application', { client_id: undefined }],
  ['a redirect URI that is not registered', { redirect_uri: 'http://127.0.0.1:5000/elsewhere' }],
  ['a redirect URI of another site', { redirect_uri: 'https://evil.example/' }],
])('%s stops, and nothing is sent anywhere', async (_what, change) => {
  expect((await read(change)).kind).toBe('stop');
});

test.each([
  ['another response type', { response_type: 'token' }, 'unsupported_response_type'],
  ['no PKCE', { code_challenge: undefined }, 'invalid_request'],
  ['plain PKCE', { code_challenge_method: 'plain' }, 'invalid_request'],
  ['PKCE without a method', { code_challenge_method: undefined }, 'invalid_request'],
  ['another resource', { resource: 'https://api.example/mcp' }, 'invalid_target'],
  ['a huge state', { state: 'x'.repeat(5000) }, 'invalid_request'],
])('%s is rejected', async (_what, change, error) => {
  expect(await read(change)).toMatchObject({ kind: 'invalid', error });
});

test('a parameter given twice stops', async () => {
  const query = new URLSearchParams(good);
  query.append('redirect_uri', 'https://evil.example/');
  expect((await readAuthorizationRequest(query, reading)).kind).toBe('stop');
});

test('the answer is added to what the redirect URI has already', () => {
  expect(redirectWith('https://app.example/cb?a=1', { code: 'x y', state: undefined, iss: 'http://h' })).toBe(
    'https://app.example/cb?a=1&code=x+y&iss=http%3A%2F%2Fh',
  );
});
