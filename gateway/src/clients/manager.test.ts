import { expect, test } from 'vitest';
import type { Settings } from '../registry/types.ts';
import { tokenDigest } from './authenticate.ts';
import { checkManagement } from './manager.ts';

const enabled = { managementTokens: [tokenDigest('secret')] } as unknown as Settings;
const disabled = { managementTokens: [] } as unknown as Settings;

test.each([
  [enabled, [], { kind: 'absent' }],
  [enabled, ['secret'], { kind: 'ok' }],
  [enabled, ['wrong'], { kind: 'rejected', reason: 'management_unauthorized' }],
  [enabled, [''], { kind: 'rejected', reason: 'management_unauthorized' }],
  [enabled, ['secret', 'secret'], { kind: 'rejected', reason: 'management_unauthorized' }],
  [disabled, ['secret'], { kind: 'rejected', reason: 'management_disabled' }],
  [disabled, [], { kind: 'absent' }],
] as const)('%# presented tokens', (settings, presented, expected) => {
  expect(checkManagement(settings, presented)).toEqual(expected);
});
