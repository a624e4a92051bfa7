import { expect, test } from 'vitest';
import type { Claim } from './claim.ts';
import { readSelection, selected } from './selection.ts';

const tests = { unit: 'gateway/src/x.test.ts', e2e: 'e2e/x.test.ts' };
const claim = (text: string, project: 'unit' | 'e2e', file = 'a.ts'): Claim => ({
  claim: text,
  promise: 'grants',
  file,
  anchor: { in: 'x', node: 'return' },
  operator: 'negate',
  test: { file: tests[project] },
});
const all = [
  claim('one', 'unit'),
  claim('two', 'e2e'),
  claim('three', 'unit', 'b.ts'),
  claim('four', 'unit'),
];
const textsOf = (...args: string[]): string[] => selected(all, readSelection(args)).map((each) => each.claim);

test('selects every claim by default', () => {
  expect(textsOf()).toEqual(['one', 'two', 'three', 'four']);
});

test('selects by text in claim, promise, file and test file', () => {
  expect(textsOf('tw', 'b.ts')).toEqual(['two', 'three']);
  expect(textsOf('grants')).toHaveLength(4);
});

test('selects by test project', () => {
  expect(textsOf('--project', 'unit')).toEqual(['one', 'three', 'four']);
});

test('puts every selected claim into exactly one shard', () => {
  const shards = ['1/3', '2/3', '3/3'].map((shard) => textsOf('--shard', shard));
  expect(shards).toEqual([['one', 'four'], ['two'], ['three']]);
});

test.each([
  ['--shard', '0/2'],
  ['--shard', '3/2'],
  ['--shard', 'x'],
  ['--jobs', '0'],
  ['--project', 'all'],
])('rejects %s %s', (option, value) => {
  expect(() => readSelection([option, value])).toThrow(`${option} must be`);
});
