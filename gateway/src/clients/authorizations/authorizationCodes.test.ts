import { hash } from 'node:crypto';
import { expect, test } from 'vitest';
import { AuthorizationCodes, type CodeGrant } from './authorizationCodes.ts';

const verifier = 'v'.repeat(43);
const grant: CodeGrant = {
  ...{ id: 'id', clientId: 'codex', appId: 'app', appName: 'Codex', audience: '/mcp', expiresAt: null },
  redirectUri: 'http://127.0.0.1:5000/callback',
  challenge: hash('sha256', verifier, 'base64url'),
};
const good = { appId: 'app', redirectUri: grant.redirectUri, verifier };

function setUp(): { codes: AuthorizationCodes; pass: (ms: number) => void } {
  let now = 0;
  const clock = { now: () => now, monotonic: () => now };
  return { codes: new AuthorizationCodes(clock), pass: (ms) => (now += ms) };
}

test('a code is exchanged once; a second time is seen', () => {
  const { codes, pass } = setUp();
  const code = codes.issue(grant);
  expect(codes.exchange({ ...good, code })).toEqual({ kind: 'ok', grant });
  expect(codes.exchange({ ...good, code })).toEqual({ kind: 'reused', grant });
  pass(9 * 60_000);
  expect(codes.exchange({ ...good, code }).kind).toBe('reused');
});

test.each([
  ['of another application', { ...good, appId: 'other' }],
  ['with another redirect URI', { ...good, redirectUri: 'http://127.0.0.1:5001/callback' }],
  ['with another verifier', { ...good, verifier: 'w'.repeat(43) }],
  ['with the challenge for a verifier', { ...good, verifier: grant.challenge }],
  ['without a verifier', { ...good, verifier: '' }],
])('a code is used up by a try %s', (_what, tried) => {
  const { codes } = setUp();
  const code = codes.issue(grant);
  expect(codes.exchange({ ...tried, code }).kind).toBe('invalid');
  expect(codes.exchange({ ...good, code }).kind).toBe('reused');
});

test('a code is good for a minute, and an unknown one never', () => {
  const { codes, pass } = setUp();
  const code = codes.issue(grant);
  expect(codes.exchange({ ...good, code: 'lmcp_ac_unknown' }).kind).toBe('invalid');
  pass(60_001);
  expect(codes.exchange({ ...good, code }).kind).toBe('invalid');
});

test('of too many codes the oldest end', () => {
  const { codes } = setUp();
  const issued = Array.from({ length: 300 }, () => codes.issue(grant));
  expect(issued.filter((code) => codes.exchange({ ...good, code }).kind === 'ok')).toHaveLength(256);
});
