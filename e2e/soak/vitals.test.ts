import { expect, test } from 'vitest';
import { growth, vitalsOf, type Vitals } from './vitals.ts';

const run = (of: (i: number) => Vitals): Vitals[] => Array.from({ length: 100 }, (_, i) => of(i));

test('a run that settles is flat', () => {
  expect(growth(run((i) => ({ rssMib: 100 + Math.min(i, 30), descriptors: 40 + (i % 7) })))).toEqual([]);
});

test('a run that leaks is not', () => {
  expect(growth(run((i) => ({ rssMib: 100 + 2 * i, descriptors: 40 })))).toHaveLength(1);
  expect(growth(run((i) => ({ rssMib: 100, descriptors: 40 + i })))).toHaveLength(1);
  expect(growth([])).toHaveLength(1);
});

test('a process has memory and descriptors', () => {
  const { rssMib, descriptors } = vitalsOf(process.pid);
  expect(rssMib).toBeGreaterThan(10);
  expect(descriptors).toBeGreaterThan(3);
});
