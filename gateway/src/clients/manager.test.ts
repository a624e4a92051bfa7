import { expect, test } from 'vitest';
import type { Settings } from '../registry/types.ts';
import { tokenDigest } from './authenticate.ts';
import { checkManagement } from './manager.ts';

const browserSignIn = true;
const enabled = { browserSignIn, managementTokens: [tokenDigest('secret')] } as unknown as Settings;
const disabled = { browserSignIn, managementTokens: [] } as unknown as Settings;
const sessions = { find: (token: string) => (token === 'of-a-browser' ? 'b1' : undefined) };

test.each([
  [enabled, [], { kind: 'absent' }],
  [enabled, ['secret'], { kind: 'ok' }],
  [enabled, ['wrong'], { kind: 'rejected', reason: 'management_unauthorized' }],
  [enabled, [''], { kind: 'rejected', reason: 'management_unauthorized' }],
  [enabled, ['secret', 'secret'], { kind: 'rejected', reason: 'management_unauthorized' }],
  [disabled, ['secret'], { kind: 'rejected', reason: 'management_disabled' }],
  [disabled, [], { kind: 'absent' }],
  [enabled, ['of-a-browser'], { kind: 'ok', session: 'b1' }],
  [disabled, ['of-a-browser'], { kind: 'ok', session: 'b1' }],
  [disabled, ['of-a-browser', 'of-a-browser'], { kind: 'rejected', reason: 'management_disabled' }],
  [
    { ...enabled, browserSignIn: false },
    ['of-a-browser'],
    { kind: 'rejected', reason: 'management_unauthorized' },
  ],
  [
    { ...disabled, browserSignIn: false },
    ['of-a-browser'],
    { kind: 'rejected', reason: 'management_disabled' },
  ],
] as const)('%# presented tokens', (settings, presented, expected) => {
  expect(checkManagement(settings, presented, { guessed: false, sessions })).toEqual(expected);
});

test('while others guess a short token is rejected like a wrong one, and a long one accepted', () => {
  const managementTokens = ['fifteen-chars-1', 'sixteen-chars-12'].map(tokenDigest);
  const tried = (token: string, guessed: boolean) =>
    checkManagement({ managementTokens } as unknown as Settings, [token], { guessed, sessions }).kind;
  expect(tried('fifteen-chars-1', false)).toBe('ok');
  expect(tried('fifteen-chars-1', true)).toBe('rejected');
  for (const guessed of [false, true]) expect(tried('sixteen-chars-12', guessed)).toBe('ok');
});
