import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SlotMap } from './slotMap.ts';

/** First in this file: V8 learns from what survives, and would place the objects elsewhere. */
test('what was removed is freed by the next minor collection', () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as (options?: { readonly type: 'minor' }) => void;
  const oldBytes = (): number =>
    getHeapSpaceStatistics().find(({ space_name }) => space_name === 'old_space')?.space_used_size ?? NaN;
  const map = new SlotMap<number, readonly number[]>();
  collect();
  const before = oldBytes();
  for (let key = 0; key < 20_000; key++) {
    map.set(key, new Array<number>(128).fill(key));
    map.take(key - 16);
    if (key % 1_000 === 0) collect({ type: 'minor' });
  }
  // Altogether they held 20 MB. With a Map, all of it stays.
  expect(oldBytes() - before).toBeLessThan(5_000_000);
});

test('is like a Map, whatever is added and removed', () => {
  const step = fc.record({ key: fc.integer({ min: 0, max: 9 }), removes: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const [map, model] = [
        new SlotMap<number, { readonly at: number }>(),
        new Map<number, { at: number }>(),
      ];
      for (const [at, { key, removes }] of steps.entries()) {
        if (removes) {
          expect(map.take(key)).toEqual(model.get(key));
          model.delete(key);
        } else {
          map.set(key, { at });
          model.set(key, { at });
        }
        expect([map.has(key), map.get(key), map.size]).toEqual([model.has(key), model.get(key), model.size]);
        expect([map.keys(), map.values()]).toEqual([[...model.keys()], [...model.values()]]);
      }
    }),
  );
});
