import { createHmac, createPublicKey } from 'node:crypto';
import type { JWTPayload } from 'jose';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Clock } from '../../clock.ts';
import type { OAuthIssuer, Registry } from '../../registry/types.ts';
import { testClient } from '../testClient.ts';
import { IssuerTokens, type Identified } from './issuerTokens.ts';
import { forged, TestIssuer, type Changed } from './testing/testIssuer.ts';

const audience = 'https://lmcp.example/mcp';
let issuer: TestIssuer;
let now: number;
let tokens: IssuerTokens;
const clock: Clock = { now: () => now, monotonic: () => now };

beforeEach(async () => {
  issuer = await TestIssuer.start();
  now = Date.now();
  tokens = new IssuerTokens(clock);
});
afterEach(() => {
  issuer.close();
  vi.useRealTimers();
});

const ids = ['ada', 'grace', 'team'];
const clients = new Map(ids.map((id) => [id, testClient(id)]));

function registry(change: Partial<OAuthIssuer> = {}): Registry {
  const oauthIssuer: OAuthIssuer = {
    ...{ url: issuer.url, scopes: [], clientClaim: 'sub', map: [], allowPrivate: false },
    ...change,
  };
  return { settings: { oauth: true, oauthIssuer }, clients, servers: new Map() } as unknown as Registry;
}

const identify = (token: string, change: Partial<OAuthIssuer> = {}): Promise<Identified> =>
  tokens.identify(registry(change), token, (one) => one === audience);

/** The client that a token identifies, or why it is none. */
async function outcome(token: string, change: Partial<OAuthIssuer> = {}): Promise<string> {
  const found = await identify(token, change);
  if (found.kind === 'client') return `client ${found.client.id}`;
  if (found.kind === 'rejected') return `rejected: ${found.fault}`;
  return found.kind === 'unreachable' ? `unreachable: ${found.why}` : `unknown: ${found.subject}`;
}

test.each(['at+jwt', 'application/at+jwt', 'JWT', undefined])(
  'a token of the issuer with typ %s identifies a client',
  async (typ) => {
    expect(await outcome(await issuer.token({}, { typ }))).toBe('client ada');
    expect(await outcome(await issuer.token({ aud: ['x', audience] }, { typ }))).toBe('client ada');
  },
);

const seconds = (): number => Math.floor(now / 1000);

test.each<[string, () => Changed, string]>([
  ['has expired', () => ({ exp: seconds() - 60 }), 'expired'],
  ['never expires', () => ({ exp: undefined }), 'exp'],
  ['is not valid yet', () => ({ nbf: seconds() + 120 }), 'nbf'],
  ['is of another issuer', () => ({ iss: 'https://evil.example' }), 'iss'],
  ['names no issuer', () => ({ iss: undefined }), 'iss'],
  ['is for another service', () => ({ aud: 'https://other.example' }), 'aud'],
  ['is for nobody', () => ({ aud: undefined }), 'aud'],
  ['is of nobody', () => ({ sub: undefined }), 'sub'],
  ['is of an empty name', () => ({ sub: '' }), 'sub'],
  ['is an ID token', () => ({ nonce: 'n' }), 'kind'],
  ['is an ID token of a code', () => ({ at_hash: 'h' }), 'kind'],
  ['is a refresh token of Keycloak', () => ({ typ: 'Refresh' }), 'kind'],
  ['is a logout token', () => ({ events: {} }), 'kind'],
])('a token that %s is rejected', async (_what, claims, fault) => {
  expect(await outcome(await issuer.token(claims()))).toBe(`rejected: ${fault}`);
});

test('a token of another kind is rejected by its header', async () => {
  expect(await outcome(await issuer.token({}, { typ: 'logout+jwt' }))).toBe('rejected: kind');
});

test('with an audience of its own in the registry, the address of the gateway is none', async () => {
  const own = { audience: 'api://lmcp' };
  expect(await outcome(await issuer.token(), own)).toBe('rejected: aud');
  expect(await outcome(await issuer.token({ aud: 'api://lmcp' }), own)).toBe('client ada');
});

test('a token without a signature, or with one by what everybody knows, is rejected', async () => {
  const token = await issuer.token();
  const [jwk] = issuer.keys;
  const pem = createPublicKey({ key: { ...jwk }, format: 'jwk' }).export({
    type: 'spki',
    format: 'pem',
  });
  const hmac = (key: string | Buffer) => (signed: string) =>
    createHmac('sha256', key).update(signed).digest();
  for (const alg of ['none', 'None', 'NONE'])
    expect(await outcome(forged(token, { alg, typ: 'at+jwt' }))).toBe('rejected: algorithm');
  for (const key of [pem, JSON.stringify(jwk), Buffer.from(jwk?.n ?? '', 'base64url')])
    expect(await outcome(forged(token, { alg: 'HS256', kid: jwk?.kid }, hmac(key)))).toBe(
      'rejected: algorithm',
    );
  const [head, payload, signature = ''] = token.split('.');
  const broken = `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
  expect(await outcome([head, payload, broken].join('.'))).toBe('rejected: signature');
  const other = Buffer.from(JSON.stringify({ ...claimsOf(token), sub: 'grace' })).toString('base64url');
  expect(await outcome([head, other, signature].join('.'))).toBe('rejected: signature');
  expect(await outcome('eyJhbGciOiJSUzI1NiJ9.e30.AAAA')).toMatch(/^rejected/);
});

test('a token that another issuer signed is rejected, also where it brings its key along', async () => {
  const other = await TestIssuer.start();
  try {
    const [jwk] = other.keys;
    const claims = { iss: issuer.url };
    expect(await outcome(await other.token(claims))).toBe('rejected: key');
    for (const header of [{ jwk }, { jku: `${other.url}/jwks` }, { kid: issuer.keys[0]?.kid }])
      expect(await outcome(await other.token(claims, header))).toMatch(/^rejected: (?:key|signature)$/);
    expect(other.asked).toBe(0);
  } finally {
    other.close();
  }
});

test('the map decides by its first entry that fits; an address that is not verified is nobody', async () => {
  const change: Partial<OAuthIssuer> = {
    map: [
      { claim: 'email', value: 'ada@example.com', client: 'ada' },
      { claim: 'groups', value: 'mathematics', client: 'team' },
      { claim: 'realm_access.roles', value: 'compiler', client: 'grace' },
      { claim: 'https://example.com/role', value: 'gone', client: 'removed' },
    ],
  };
  const { clientClaim: _, ...issued } = registry(change).settings.oauthIssuer!;
  const by = async (claims: JWTPayload): Promise<string> => {
    const given = { settings: { oauthIssuer: issued }, clients } as unknown as Registry;
    const found = await tokens.identify(given, await issuer.token(claims), () => true);
    return found.kind === 'client' ? found.client.id : found.kind;
  };
  const email = 'ada@example.com';
  expect(await by({ email, groups: ['mathematics'] })).toBe('ada');
  expect(await by({ email, email_verified: true })).toBe('ada');
  expect(await by({ email, email_verified: false })).toBe('unknown_subject');
  expect(await by({ groups: ['x', 'mathematics'] })).toBe('team');
  expect(await by({ groups: { mathematics: true } })).toBe('unknown_subject');
  expect(await by({ realm_access: { roles: ['compiler'] } })).toBe('grace');
  expect(await by({ 'https://example.com/role': 'gone' })).toBe('unknown_subject');
  expect(await by({ sub: 'ada' })).toBe('unknown_subject');
});

test('a claim that names several clients, or none, is nobody', async () => {
  const change = { clientClaim: 'client' };
  expect(await outcome(await issuer.token({ client: 'grace' }), change)).toBe('client grace');
  for (const client of [['ada', 'grace'], 'nobody', 7, null, undefined, '__proto__'])
    expect(await outcome(await issuer.token({ client }), change)).toBe('unknown: ada');
});

test('keys are asked for once, and again when the issuer has a new one, but not for every stranger', async () => {
  const old = await issuer.token();
  await Promise.all(Array.from({ length: 20 }, () => outcome(old)));
  expect(issuer.asked).toBe(1);
  await issuer.rotate();
  const next = await issuer.token();
  expect(await outcome(next)).toBe('rejected: key');
  expect(issuer.asked).toBe(1);
  now += 31_000;
  expect(await outcome(next)).toBe('client ada');
  expect([await outcome(old), issuer.asked]).toEqual(['rejected: key', 2]);
});

test('a key that was removed is good for ten minutes at most; an issuer that is down, for an hour', async () => {
  const longLived = { exp: seconds() + 86_400 };
  const old = await issuer.token(longLived);
  expect(await outcome(old)).toBe('client ada');
  await issuer.rotate();
  expect(await outcome(old)).toBe('client ada');
  now += 11 * 60_000;
  expect(await outcome(old)).toBe('rejected: key');
  const next = await issuer.token(longLived);
  expect(await outcome(next)).toBe('client ada');
  issuer.isDown = true;
  now += 30 * 60_000;
  expect(await outcome(next)).toBe('client ada');
  now += 31 * 60_000;
  expect(await outcome(next)).toBe('unreachable: answers with status 404');
  issuer.isDown = false;
  now += 31_000;
  expect(await outcome(next)).toBe('client ada');
});

test.each([
  ['names another issuer', { issuer: 'https://evil.example' }, 'has metadata of another issuer'],
  ['names no keys', { jwks_uri: 7 }, 'names no address of its keys'],
  ['has its keys on the internet', { jwks_uri: 'https://198.51.100.7/keys' }, 'does not contact'],
  ['has its keys on a private network', { jwks_uri: 'http://192.168.1.1/keys' }, 'does not contact'],
])('an issuer of this machine that %s is not used', async (_what, metadata, why) => {
  issuer.metadata = metadata;
  expect(await outcome(await issuer.token())).toContain(why);
});

test('an issuer elsewhere is never asked at an address of this machine or a private one', async () => {
  for (const url of ['https://localhost.localdomain', 'https://10.0.0.1', 'https://169.254.169.254'])
    expect(await outcome(await issuer.token(), { url })).toMatch(/^unreachable: /);
  expect(issuer.asked).toBe(0);
});

test('what is open in the name of somebody ends when their token says something else, or an hour after the last', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const ended = vi.fn();
  tokens.onEnd(ended);
  const found = await identify(await issuer.token());
  const holder = found.kind === 'client' ? found.holder : '';
  const holds = (clientId = 'ada', change: Partial<OAuthIssuer> = {}): boolean =>
    tokens.holds(registry(change), holder, clientId);
  expect([holds(), holds('grace'), holds('ada', { clientClaim: 'email' })]).toEqual([true, false, false]);
  expect([holds('ada', { audience: 'x' }), holds('ada', { url: 'https://x' })]).toEqual([false, false]);
  const change = { clientClaim: 'team' };
  const member = await issuer.token({ team: 'team', exp: seconds() + 400 });
  expect(await outcome(member, change)).toBe('client team');
  expect([ended.mock.calls.length, holds('team', change)]).toEqual([1, true]);
  // An older token that is shown later takes nothing back.
  expect(await outcome(await issuer.token({ team: 'grace' }), change)).toBe('client grace');
  expect(holds('team', change)).toBe(true);
  expect(await outcome(await issuer.token({ exp: seconds() + 500 }), change)).toBe('unknown: ada');
  expect([ended.mock.calls.length, holds('team', change)]).toEqual([2, false]);
  expect(await outcome(await issuer.token({ exp: seconds() + 600 }))).toBe('client ada');
  now += 2 * 3_600_000;
  expect(holds()).toBe(false);
  vi.advanceTimersByTime(60_000);
  expect([ended.mock.calls.length, vi.getTimerCount()]).toEqual([3, 0]);
});

function claimsOf(token: string): object {
  const [, payload = ''] = token.split('.');
  return JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
}
