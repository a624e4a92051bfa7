import { expect, test } from 'vitest';
import { parseRegistry } from '../../parse.ts';

function problems(auth: object, entry: object = {}): string[] {
  const far = {
    transport: 'http',
    url: 'http://127.0.0.1:9/mcp',
    auth: { type: 'oauth', ...auth },
    ...entry,
  };
  const parsed = parseRegistry(JSON.stringify({ servers: { far } }), {
    env: {},
    baseDir: '/srv/lmcp',
    readTokenFile: () => '',
  });
  return parsed.ok ? [] : parsed.problems.map(({ path }) => path.replace('servers.far.', ''));
}

const [client_id, client_secret, client_key] = ['lmcp', '${secret:A}', '${secret:B}'];
const issuer = 'https://login.example.com';

test.each([
  [
    'a client secret without the authorization server that it is for',
    { client_id, client_secret },
    ['auth.issuer'],
  ],
  ['a client key without it', { client_id, client_key }, ['auth.issuer']],
  ['a client secret without a client', { client_secret, issuer }, ['auth.client_id']],
  ['both ways of proving who LMCP is', { client_id, client_secret, client_key, issuer }, ['auth.client_key']],
  ['client_credentials without credentials', { client_id, grant: 'client_credentials' }, ['auth.grant']],
  [
    'client_credentials of a client of LMCP',
    { client_id, client_secret, issuer, grant: 'client_credentials', per: 'client' },
    ['auth.per'],
  ],
  [
    'two names of LMCP',
    { client_id, client_metadata_url: 'https://example.com/lmcp.json' },
    ['auth.client_metadata_url'],
  ],
  ['a secret in clear', { client_id, client_secret: 'opensesame1', issuer }, ['auth.client_secret']],
])('rejects %s', (_, auth, expected) => {
  expect(problems(auth)).toEqual(expected);
});

test('rejects a sign-in of each client at an instance that all share', () => {
  expect(problems({ per: 'client' }, { scope: 'shared' })).toEqual(['auth.per']);
});

test('rejects a sign-in beside credentials in a header', () => {
  expect(problems({}, { headers: { authorization: 'Bearer x' } })).toEqual(['auth']);
});

test.each([
  {},
  { client_id },
  { client_id, client_secret, issuer },
  { client_id, client_key, issuer, grant: 'client_credentials' },
])('accepts %j', (auth) => {
  expect(problems(auth)).toEqual([]);
});
