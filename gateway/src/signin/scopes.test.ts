import { expect, test } from 'vitest';
import { scopesToAsk, type ScopeSources } from './scopes.ts';

const none: ScopeSources = { configured: undefined, named: undefined, held: undefined, supported: undefined };

test.each<[string, Partial<ScopeSources>, readonly string[] | undefined]>([
  ['nothing where nobody names any', {}, undefined],
  ['what the server names', { named: ['a'] }, ['a']],
  ['what the registry says, and not what the server names', { configured: ['r'], named: ['a'] }, ['r']],
  ['in a step-up what it has and what is missing', { held: ['a'], named: ['b'] }, ['a', 'b']],
  [
    'in a step-up the registry’s, too, each once',
    { held: ['a'], configured: ['r', 'a'], named: ['b'] },
    ['a', 'r', 'b'],
  ],
  [
    'for a refresh token where there is a scope for it',
    { named: ['a'], supported: ['offline_access'] },
    ['a', 'offline_access'],
  ],
  [
    'for no refresh token that the registry does not name',
    { configured: ['r'], supported: ['offline_access'] },
    ['r'],
  ],
])('asks for %s', (_what, sources, asked) => {
  expect(scopesToAsk({ ...none, ...sources })).toEqual(asked);
});
