import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FairQueue } from './fairQueue.ts';

function drained<T>(queue: FairQueue<T>): T[] {
  const all: T[] = [];
  while (queue.size > 0) all.push(queue.shift()!);
  return all;
}

test('clients are served in turn, each in its own order', () => {
  const queue = new FairQueue<string>();
  for (const one of ['a1', 'a2', 'a3', 'b1', 'c1', 'c2']) queue.push(one[0]!, one);
  expect(drained(queue)).toEqual(['a1', 'b1', 'c1', 'a2', 'c2', 'a3']);
  expect(queue.shift()).toBeUndefined();
});

test('ten thousand of one client come no more than one at a time before what nine others want', () => {
  const queue = new FairQueue<number>();
  for (let n = 0; n < 10_000; n++) queue.push('greedy', 0);
  for (let client = 1; client <= 9; client++) for (let n = 0; n < 5; n++) queue.push(String(client), client);
  const order = drained(queue);
  for (let client = 1; client <= 9; client++)
    order
      .flatMap((one, place) => (one === client ? [place] : []))
      .forEach((place, turn) => {
        expect(order.slice(0, place).filter((one) => one === 0)).toHaveLength(turn + 1);
      });
});

test('whatever comes and goes: between two turns of a client that waits, each other has at most one', () => {
  const step = fc.oneof(fc.integer({ min: 0, max: 4 }), fc.constant('shift' as const));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const queue = new FairQueue<number>();
      const sinceServed = new Map<number, Map<number, number>>();
      const waiting = new Map<number, number>();
      for (const one of [...steps, ...steps.map(() => 'shift' as const)]) {
        if (one !== 'shift') {
          queue.push(String(one), one);
          waiting.set(one, (waiting.get(one) ?? 0) + 1);
          if (waiting.get(one) === 1) sinceServed.set(one, new Map());
          continue;
        }
        const served = queue.shift();
        if (served === undefined) continue;
        waiting.set(served, (waiting.get(served) ?? 0) - 1);
        for (const [client, others] of sinceServed) {
          if (client === served) continue;
          others.set(served, (others.get(served) ?? 0) + 1);
          if ((waiting.get(client) ?? 0) > 0) expect(others.get(served)).toBeLessThanOrEqual(1);
        }
        sinceServed.set(served, new Map());
      }
      expect(queue.size).toBe([...waiting.values()].reduce((sum, count) => sum + count, 0));
    }),
  );
});
