import { expect, it } from 'vitest';
import { negotiatedVersion } from './apiVersion.ts';

it('takes the engine’s version up to the newest one known', () => {
  expect(['1.41', '1.45', '1.47', '1.48', '1.99'].map(negotiatedVersion)).toEqual([
    '/v1.41',
    '/v1.45',
    '/v1.47',
    '/v1.47',
    '/v1.47',
  ]);
});

it.each(['1.40', '1', '', undefined, 'x.y'])('rejects %s as too old', (theirs) => {
  expect(() => negotiatedVersion(theirs)).toThrow('1.41 or later');
});
