import { expect, test } from 'vitest';
import { httpServer } from '../upstream/testing/servers.ts';
import { Demands } from './demands.ts';
import { signInState } from './signInState.ts';
import type { SignInRecord } from './store/signInRecord.ts';

const minute = 60_000;
const server = httpServer('https://mcp.example/mcp', {
  auth: { per: 'server', grant: 'authorization_code' },
});
const record: SignInRecord = {
  serverId: 'tested',
  clientId: null,
  serverUrl: 'https://mcp.example/mcp',
  issuer: 'https://login.example',
  tokenEndpoint: 'https://login.example/t',
  client: { clientId: 'c', method: 'none' },
  resource: 'https://mcp.example/mcp',
  accessToken: 'secret-access-token',
  signedInAt: 0,
};

test.each<[string, Partial<SignInRecord>, number | null]>([
  ['ends soon and renews not', { expiresAt: 10 * minute }, 10 * minute],
  ['ends soon and renews itself', { expiresAt: 10 * minute, refreshToken: 'r' }, null],
  ['ends later', { expiresAt: 60 * minute }, null],
  ['has no end', {}, null],
])('a sign-in that %s is told of before it ends: %s', (_which, changes, endsAt) => {
  const state = signInState(server, [{ ...record, ...changes }], new Demands(), 0);
  expect(state).toMatchObject({ needed: null, endsAt });
  expect(JSON.stringify(state)).not.toContain('secret-access-token');
});

test('a sign-in at the address that the server had before is none', () => {
  const moved = httpServer('https://elsewhere.example/mcp');
  expect(signInState(moved, [record], new Demands(), 0).signIns).toEqual([]);
});

test('what the server asked for is told until somebody signs in', () => {
  const demands = new Demands();
  demands.note(record, { status: 401, challenge: undefined }, 0);
  expect(signInState(server, [], demands, 0).needed).toBe('sign_in');
  demands.note(record, { status: 403, challenge: 'Bearer error="insufficient_scope", scope="more"' }, 0);
  expect(signInState(server, [], demands, 0).needed).toBe('more_scopes');
  demands.forget(record);
  expect(signInState(server, [], demands, 0).needed).toBeNull();
});
