import { expect, test, vi } from 'vitest';
import { limits } from '../../limits.ts';
import { GarbageLimit } from './garbageLimit.ts';

test('ends a flood of the shortest lines after a million of them', () => {
  const exceeded = vi.fn();
  const garbage = new GarbageLimit(exceeded);
  for (let line = 0; line < 1_048_576; line++) garbage.add(1);
  expect(exceeded).not.toHaveBeenCalled();
  garbage.add(1);
  expect(exceeded).toHaveBeenCalledOnce();
});

test('counts long lines by their bytes, and begins again with each message', () => {
  const exceeded = vi.fn();
  const garbage = new GarbageLimit(exceeded);
  garbage.add(limits.withoutMessage);
  garbage.reset();
  garbage.add(limits.withoutMessage);
  expect(exceeded).not.toHaveBeenCalled();
  garbage.add(1);
  expect(exceeded).toHaveBeenCalledOnce();
});
