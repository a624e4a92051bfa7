import { timingSafeEqual } from 'node:crypto';
import { beforeEach, expect, test, vi } from 'vitest';
import type { Registry, Settings } from '../registry/types.ts';
import { testClient } from './testClient.ts';

// The real function, with every call of it recorded.
vi.mock('node:crypto', async (original) => {
  const crypto = await original<typeof import('node:crypto')>();
  return { ...crypto, timingSafeEqual: vi.fn(crypto.timingSafeEqual) };
});
// What this worker has loaded for another file has the function that is not recorded.
vi.resetModules();
const { authenticate, tokenDigest } = await import('./authenticate.ts');
const { checkManagement } = await import('./manager.ts');

const compare = vi.mocked(timingSafeEqual);
beforeEach(() => {
  compare.mockClear();
});

const clients = [
  testClient('first', 'one', 'older one'),
  testClient('second', 'two'),
  testClient('third', 'three'),
];
const registry = { clients: new Map(clients.map((each) => [each.id, each])) } as unknown as Registry;
const everyDigest = clients.flatMap(({ tokens }) => tokens);

test.each([
  ['the token of the first client', 'first', 'one'],
  ['the older of two tokens', 'first', 'older one'],
  ['the token of the last client', 'third', 'three'],
  ['no id', null, 'two'],
  ["another client's token", 'first', 'three'],
  ['a wrong token', 'first', 'four'],
  ['an unknown client', 'nobody', 'four'],
  ['an unknown client with a right token', 'nobody', 'one'],
  ['a token of one character', 'first', 'o'],
  ['a very long token', 'first', 'o'.repeat(100_000)],
])('%s: every digest of the registry is compared once, whole, by timingSafeEqual', (_, clientId, token) => {
  const equal = vi.spyOn(Buffer.prototype, 'equals');
  authenticate(
    registry,
    { kind: 'token', clientId, token },
    { guessed: false, authorized: () => undefined, connection: { kind: 'none' } as const },
  );
  expect(compare.mock.calls).toEqual(everyDigest.map((digest) => [digest, tokenDigest(token)]));
  expect(equal).not.toHaveBeenCalled();
});

test.each(['newer', 'older', 'wrong'])('%s: every management token is compared once', (token) => {
  const managementTokens = ['newer', 'older'].map(tokenDigest);
  checkManagement({ managementTokens } as unknown as Settings, [token], {
    guessed: false,
    sessions: { find: () => undefined },
  });
  expect(compare.mock.calls).toEqual(managementTokens.map((digest) => [digest, tokenDigest(token)]));
});

test('nothing is compared by another length than that of a digest', () => {
  authenticate(
    registry,
    { kind: 'token', clientId: 'first', token: '' },
    { guessed: false, authorized: () => undefined, connection: { kind: 'none' } as const },
  );
  expect(compare.mock.calls.flat().map(({ byteLength }) => byteLength)).toEqual(
    everyDigest.flatMap(() => [32, 32]),
  );
});
