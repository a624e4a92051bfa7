import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ambiguousKey, ambiguousRefKey } from './ambiguousKeys.ts';

test.each(['Name', 'NAME', 'nAme', 'ARGUMENTS', 'argumentſ', '_Meta', 'Uri', 'tas\u212a', 'taſk', 'taskid'])(
  '%s is found',
  (key) => {
    expect(ambiguousKey({ name: 'a', [key]: 1 })).toBe(key);
  },
);

test('accepts the protocol’s keys and unrelated ones', () => {
  expect(
    ambiguousKey({ name: 1, arguments: 2, _meta: 3, uri: 4, taskId: 8, cursor: 5, names: 6, __proto__: 7 }),
  ).toBeUndefined();
});

test.each(['Type', 'NAME', 'uRi'])('in a reference %s is found', (key) => {
  expect(ambiguousRefKey({ type: 'ref/prompt', name: 'a', uri: 'b', title: 'c', [key]: 1 })).toBe(key);
});

test('accepts only keys that differ from each known key by more than case', () => {
  const letters = fc
    .array(fc.constantFrom('n', 'a', 'm', 'e', 'N', 'A', 'M', 'E', 'ſ'), { maxLength: 5 })
    .map((all) => all.join(''));
  fc.assert(
    fc.property(letters, (key) => {
      const isNameLike = key.localeCompare('name', 'en', { sensitivity: 'accent' }) === 0;
      return key === 'name' || !isNameLike || ambiguousKey({ [key]: 1 }) === key;
    }),
    { numRuns: 2_000 },
  );
});
