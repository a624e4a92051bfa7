import { expect, test } from 'vitest';
import { ByteBudget } from '../../../byteBudget.ts';
import { ViewText } from './viewText.ts';

const owner = { kind: 'client', id: 'red' } as const;
const items = [{ name: 'é'.repeat(50_000) }];
const bytes = Buffer.byteLength(JSON.stringify(items));

test('counts the bytes of a dropped view until its last response has released them', () => {
  const memory = new ByteBudget(() => 4 * bytes);
  const view = new ViewText(items);
  view.count(memory.open(owner));
  const [one, other] = [view.keep(), view.keep()];
  view.drop();
  one?.();
  one?.();
  expect(memory.total).toBe(bytes);
  other?.();
  expect([memory.total, view.keep()]).toEqual([0, undefined]);
});
