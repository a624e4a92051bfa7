import { expect, test } from 'vitest';
import { didYouMean } from './didYouMean.ts';

test.each([
  ['prot', 'port'],
  ['hots', 'host'],
  ['allow_server', 'allow_servers'],
  ['Port', 'port'],
  ['comand', 'command'],
])('%s is meant to be %s', (written, meant) => {
  expect(didYouMean(written, ['host', 'port', 'allow_servers', 'command'])).toBe(meant);
});

test('what is like nothing gets no suggestion', () => {
  expect(didYouMean('xyz', ['host', 'port'])).toBeUndefined();
  expect(didYouMean('p'.repeat(1000), ['port'])).toBeUndefined();
  expect(didYouMean('', ['port'])).toBeUndefined();
});
