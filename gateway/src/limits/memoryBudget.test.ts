import { expect, test } from 'vitest';
import { memoryBudget } from './memoryBudget.ts';

const gib = 1024 ** 3;

test.each([
  ['the setting', 128, { constrained: gib, total: 8 * gib }, gib / 8],
  ['a quarter of the container', null, { constrained: gib, total: 8 * gib }, gib / 4],
  ['a quarter of the machine without a limit', null, { constrained: 0, total: 2 * gib }, gib / 2],
  [
    'a quarter of the machine under a limit above it',
    null,
    { constrained: 2 ** 63, total: 2 * gib },
    gib / 2,
  ],
  ['at most 1 GiB', null, { constrained: 0, total: 64 * gib }, gib],
])('is %s', (_what, setting, memory, bytes) => {
  expect(memoryBudget(setting, memory)).toBe(bytes);
});
