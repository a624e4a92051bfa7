import { expect, test } from 'vitest';
import { diffRegistries } from '../diff.ts';
import { parseRegistry, type ParseResult } from '../parse.ts';

const url = 'https://login.example.com';
const map = [{ claim: 'email', value: 'ada@example.com', client: 'ada' }];

function parsed(oauth: unknown): ParseResult {
  const clients = { ada: { allow_servers: [], token: 'token-of-ada-0123456789' } };
  return parseRegistry(JSON.stringify({ lmcp: { oauth }, clients }), {
    env: {},
    baseDir: '/srv/lmcp',
    readTokenFile: (path) => {
      if (path !== '/srv/lmcp/ca.pem') throw Object.assign(new Error(), { code: 'ENOENT' });
      return 'PEM';
    },
  });
}

function findings(oauth: unknown, kind: 'problems' | 'warnings' = 'problems'): string[] {
  const result = parsed(oauth);
  const found = result.ok && kind === 'problems' ? [] : result.ok ? result.warnings : result.problems;
  return found.map(({ path, message }) => `${path}: ${message}`);
}

function settings(oauth: unknown): object {
  const result = parsed(oauth);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  const { oauth: isOn, oauthIssuer } = result.registry.settings;
  return { oauth: isOn, oauthIssuer };
}

test.each([
  [true, true],
  [false, false],
  [{}, true],
  [{ enabled: true }, true],
  [{ enabled: false }, false],
  [{ enabled: false, issuer: { url, map } }, false],
])('oauth: %j is %s, without an issuer', (oauth, isOn) => {
  expect(settings(oauth)).toEqual({ oauth: isOn, oauthIssuer: null });
});

test('an issuer has its defaults, and the text of its authority', () => {
  expect(settings({ issuer: { url, map } })).toEqual({
    oauth: true,
    oauthIssuer: { url, map, scopes: [], allowPrivate: false },
  });
  const more = { audience: 'api://lmcp', scopes: ['lmcp'], allow_private: true, ca_file: 'ca.pem' };
  expect(settings({ issuer: { url: 'http://127.0.0.1:8080', client_claim: 'client', ...more } })).toEqual({
    oauth: true,
    oauthIssuer: {
      ...{ url: 'http://127.0.0.1:8080', clientClaim: 'client', map: [], audience: 'api://lmcp' },
      ...{ scopes: ['lmcp'], allowPrivate: true, ca: 'PEM' },
    },
  });
});

const at = 'lmcp.oauth.issuer';

test.each([
  ['nothing that says who is which client', { url }, [`${at}: nothing says whose token is which client`]],
  [
    'two things that do',
    { url, map, client_claim: 'sub' },
    [`${at}: two ways say whose token is which client`],
  ],
  [
    'an address without TLS',
    { url: 'http://login.example.com', map },
    [`${at}.url: this is not an allowed https URL`],
  ],
  [
    'an address with credentials',
    { url: 'https://a:b@x.example', map },
    [`${at}.url: this is not an allowed https URL`],
  ],
  ['an address with a query', { url: `${url}?a=b`, map }, [`${at}.url: this is not an allowed https URL`]],
  ['no address', { map }, [expect.stringContaining(`${at}.url`)]],
  ['an unknown key', { url, map, secret: 'x' }, [`${at}.secret: unknown key "secret"`]],
  [
    'an authority that is not there',
    { url, map, ca_file: 'x' },
    [`${at}.ca_file: the file cannot be read (ENOENT)`],
  ],
  ['a scope with a space', { url, map, scopes: ['a b'] }, [expect.stringContaining(`${at}.scopes[0]`)]],
])('rejects an issuer with %s', (_what, issuer, expected) => {
  expect(findings({ issuer })).toEqual(expected);
});

test('warns of an entry for a client that the registry does not have', () => {
  const other = [...map, { claim: 'email', value: 'x@example.com', client: 'gone' }];
  expect(findings({ issuer: { url, map: other } }, 'warnings')).toEqual([
    `${at}.map[1].client: there is no client "gone": its holder is denied`,
  ]);
});

test('a change of the issuer is told without who is in its map', () => {
  const changes = (a: unknown, b: unknown): readonly string[] => {
    const [before, after] = [parsed(a), parsed(b)];
    if (!before.ok || !after.ok) throw new Error('no registry');
    return diffRegistries(before.registry, after.registry).summary;
  };
  expect(changes(true, { issuer: { url, map } })).toEqual([`lmcp.oauth.issuer: none → ${url}`]);
  expect(changes({ issuer: { url, map } }, { issuer: { url, client_claim: 'sub', audience: 'x' } })).toEqual([
    'lmcp.oauth.issuer: audience none → x; whose token is which client is changed',
  ]);
});
