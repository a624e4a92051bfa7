import { expect, test } from 'vitest';
import { orderOf } from './rounds.ts';

test('over as many rounds as there are contenders, each has each place once', () => {
  const contenders = ['a', 'b', 'c'];
  const rounds = contenders.map((_, round) => orderOf(contenders, round));
  for (const place of [0, 1, 2]) {
    expect(new Set(rounds.map((round) => round[place]))).toEqual(new Set(contenders));
  }
  expect(orderOf(contenders, 3)).toEqual(contenders);
});
