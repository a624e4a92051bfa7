import { expect, test } from 'vitest';
import { ByteBudget } from './byteBudget.ts';

const client = (id: string) => ({ kind: 'client', id }) as const;

test('limits a client to a quarter of the whole', () => {
  const budget = new ByteBudget(() => 1_600);
  const held = budget.open(client('a'));
  expect([held.add(400), held.add(1)]).toEqual([undefined, 'client']);
  expect(budget.open(client('a')).add(1)).toBe('client');
  expect(budget.open(client('b')).add(400)).toBeUndefined();
});

test('limits all callers without credentials to one sixteenth', () => {
  const budget = new ByteBudget(() => 1_600);
  const [one, other] = [budget.open({ kind: 'strangers' }), budget.open({ kind: 'strangers' })];
  expect([one.add(60), other.add(41), other.add(40)]).toEqual([undefined, 'strangers', undefined]);
});

test('limits all owners together to the whole', () => {
  const budget = new ByteBudget(() => 1_600);
  let held = 0;
  for (let i = 0; i < 200; i++) {
    const one = budget.open(client(String(i)));
    while (one.add(1) === undefined) held++;
    expect(one.add(1)).toBe(i < 3 ? 'client' : 'whole');
  }
  expect([budget.total, held <= 1_600]).toEqual([held, true]);
});

test('reserves part of the last quarter for owners that hold less', () => {
  const budget = new ByteBudget(() => 1_600);
  for (const id of ['a', 'b', 'c']) expect(budget.open(client(id)).add(400)).toBeUndefined();
  // A quarter of the 400 that no other has, then of the 300.
  expect(budget.open(client('d')).add(101)).toBe('whole');
  expect(budget.open(client('d')).add(100)).toBeUndefined();
  expect(budget.open(client('e')).add(76)).toBe('whole');
  expect(budget.open(client('e')).add(75)).toBeUndefined();
  expect(budget.open({ kind: 'strangers' }).add(14)).toBeUndefined();
  expect(budget.open({ kind: 'management' }).add(50)).toBeUndefined();
});

test('releases held bytes only once', () => {
  const budget = new ByteBudget(() => 1_600);
  {
    using held = budget.open(client('a'));
    held.add(300);
    held[Symbol.dispose]();
    expect(budget.total).toBe(0);
  }
  expect(budget.total).toBe(0);
  expect(budget.open(client('a')).add(400)).toBeUndefined();
});

test('keeps a separate budget for an owner named like another kind', () => {
  const budget = new ByteBudget(() => 1_600);
  budget.open(client('strangers')).add(400);
  expect(budget.open({ kind: 'strangers' }).add(100)).toBeUndefined();
});

test('releases a part, but never more than was taken', () => {
  const budget = new ByteBudget(() => 1_600);
  const held = budget.open(client('a'));
  held.add(300);
  held.give(100);
  expect(budget.total).toBe(200);
  held.give(1_000);
  held[Symbol.dispose]();
  expect(budget.total).toBe(0);
});

test('limits the lists of a client to a separate eighth', () => {
  const budget = new ByteBudget(() => 1_600);
  expect(budget.open({ kind: 'lists', id: 'a' }).add(201)).toBe('lists');
  expect(budget.open({ kind: 'lists', id: 'a' }).add(200)).toBeUndefined();
  expect(budget.open(client('a')).add(400)).toBeUndefined();
});

test('reclaims recomputable data only as far as needed', () => {
  const budget = new ByteBudget(() => 1_600);
  const cached = [1, 2, 3].map(() => budget.open(client('a')));
  for (const one of cached) one.add(100);
  budget.reclaimFrom((owner) => {
    if (owner.kind !== 'client' || owner.id !== 'a') return false;
    const oldest = cached.shift();
    oldest?.[Symbol.dispose]();
    return oldest !== undefined;
  });
  expect(budget.open(client('a')).add(200)).toBeUndefined();
  expect([cached.length, budget.total]).toEqual([2, 400]);
  expect(budget.open(client('a')).add(401)).toBe('client');
  expect(cached).toHaveLength(0);
});
