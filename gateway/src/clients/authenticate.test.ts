import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Registry } from '../registry/types.ts';
import { authenticate } from './authenticate.ts';
import { readCredentials, type Credentials } from './credentials.ts';
import { testClient } from './testClient.ts';

const clients = [
  testClient('vscode', 'token-of-vscode'),
  testClient('codex', 'token-of-codex', 'older-token-of-codex'),
];
const registry = { clients: new Map(clients.map((each) => [each.id, each])) } as unknown as Registry;

/** Nobody guesses. */
const calm = { guessed: false, authorized: () => undefined, connection: { kind: 'none' } as const };

function credentials(query: string, headers: Record<string, string[]> = {}): Credentials {
  return readCredentials({ query: new URLSearchParams(query), header: (name) => headers[name] ?? [] });
}

test.each([
  ['query', credentials('client_id=vscode&token=token-of-vscode')],
  ['headers', credentials('', { 'x-lmcp-client-id': ['vscode'], 'x-lmcp-token': ['token-of-vscode'] })],
  ['bearer', credentials('', { authorization: ['Bearer token-of-vscode'] })],
  ['bearer, scheme in any case', credentials('', { authorization: ['bearer token-of-vscode'] })],
  [
    'all three alike',
    credentials('client_id=vscode&token=token-of-vscode', {
      'x-lmcp-token': ['token-of-vscode'],
      authorization: ['Bearer token-of-vscode'],
    }),
  ],
  [
    'id in the query, token in a header',
    credentials('client_id=vscode', { 'x-lmcp-token': ['token-of-vscode'] }),
  ],
])('%s names the client', (_form, given) => {
  const result = authenticate(registry, given, calm);
  expect(result.ok && result.client.id).toBe('vscode');
});

test('both tokens of a rotation are right', () => {
  for (const token of ['token-of-codex', 'older-token-of-codex']) {
    expect(authenticate(registry, credentials(`client_id=codex&token=${token}`), calm).ok).toBe(true);
  }
});

test.each([
  ['nothing at all', credentials(''), 'missing_token'],
  ['an id alone', credentials('client_id=vscode'), 'missing_token'],
  ['an empty token', credentials('client_id=vscode&token='), 'missing_token'],
  ['a wrong token', credentials('client_id=vscode&token=nope'), 'invalid_token'],
  ["another client's token", credentials('client_id=vscode&token=token-of-codex'), 'invalid_token'],
  ['an unknown client', credentials('client_id=nobody&token=token-of-vscode'), 'unknown_client'],
  ['a prototype for a client', credentials('client_id=__proto__&token=token-of-vscode'), 'unknown_client'],
  [
    'a full-width look-alike',
    credentials(`client_id=${encodeURIComponent('ｖscode')}&token=token-of-vscode`),
    'unknown_client',
  ],
  ['two tokens', credentials('token=token-of-vscode&token=token-of-codex'), 'conflicting_credentials'],
  [
    'two ids',
    credentials('client_id=vscode&token=token-of-vscode', { 'x-lmcp-client-id': ['codex'] }),
    'conflicting_credentials',
  ],
  [
    'a header that disagrees',
    credentials('token=token-of-vscode', { authorization: ['Bearer token-of-codex'] }),
    'conflicting_credentials',
  ],
  [
    'another scheme',
    credentials('token=token-of-vscode', { authorization: ['Basic dTpw'] }),
    'conflicting_credentials',
  ],
])('%s is rejected', (_what, given, reason) => {
  expect(authenticate(registry, given, calm)).toMatchObject({ ok: false, reason });
});

test('no other token is ever accepted', () => {
  fc.assert(
    fc.property(fc.string(), fc.option(fc.constantFrom('vscode', 'codex')), (token, id) => {
      fc.pre(!['token-of-vscode', 'token-of-codex', 'older-token-of-codex'].includes(token));
      const given: Credentials =
        token === '' ? { kind: 'none', clientId: id } : { kind: 'token', clientId: id, token };
      expect(authenticate(registry, given, calm).ok).toBe(false);
    }),
  );
});

test('while others guess a short token is rejected like a wrong one, and a long one accepted', () => {
  const short = testClient('short', 'fifteen-chars-1');
  const long = testClient('long', 'sixteen-chars-12');
  const both = { clients: new Map([short, long].map((each) => [each.id, each])) } as unknown as Registry;
  const tried = (token: string, guessed: boolean) =>
    authenticate(both, { kind: 'token', clientId: null, token }, { ...calm, guessed });
  for (const guessed of [false, true]) expect(tried('sixteen-chars-12', guessed).ok).toBe(true);
  expect(tried('fifteen-chars-1', false).ok).toBe(true);
  expect(tried('fifteen-chars-1', true)).toEqual(tried('fifteen-chars-2', false));
});
