import fc from 'fast-check';
import { expect, test } from 'vitest';
import { atScale } from '../../../e2e/harness/atScale.ts';
import { kept } from './losslessNumber.ts';
import { sliceLength } from './losslessReader.ts';
import { writeInSlices } from './losslessWriter.ts';

const scalars = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.stringMatching(/^-?[1-9][0-9]{0,20}(\.[0-9]{1,20})?(e[+-]?[0-9]{1,3})?$/).map(kept),
);
const keys = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('__proto__', 'toJSON', '1', ''));
const { value: values } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    scalars,
    fc.array(tie('value'), { maxLength: 6 }),
    // A result that LMCP adds members to may have some without a value.
    fc.dictionary(keys, fc.oneof(tie('value'), fc.constant(undefined)), { maxKeys: 6 }),
  ),
}));
const immediately = (): Promise<void> => Promise.resolve();

test('writes every value as JSON.stringify does', async () => {
  await fc.assert(
    fc.asyncProperty(
      values.filter((value) => value !== undefined),
      async (value) => {
        expect((await writeInSlices(value, immediately)).join('')).toBe(JSON.stringify(value));
      },
    ),
    { numRuns: atScale(3_000, 100_000) },
  );
});

test.each([
  ['kept numbers', kept('1e1')],
  ['empty objects', {}],
  ['members', { a: [1, 'b'] }],
  ['long texts', 'x'.repeat(sliceLength / 4)],
])('an array of %s is written in slices, with a turn of the event loop between two', async (_what, item) => {
  const value = {
    content: Array.from({ length: (12 * sliceLength) / (JSON.stringify(item).length + 1) }, () => item),
  };
  let turns = 0;
  const parts = await writeInSlices(value, () => Promise.resolve(turns++));
  expect(parts.join('')).toBe(JSON.stringify(value));
  expect(turns).toBe(parts.length - 1);
  expect(turns).toBeGreaterThanOrEqual(5);
  for (const { length } of parts) expect(length).toBeLessThan(3 * sliceLength);
});

test('a small value is one part, without a pause', async () => {
  const pause = (): Promise<never> => Promise.reject(new Error('paused'));
  expect(await writeInSlices({ a: [kept('1.0')] }, pause)).toEqual(['{"a":[1.0]}']);
});
