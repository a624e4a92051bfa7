import { expect, test } from 'vitest';
import { ByteBudget } from '../../byteBudget.ts';
import { ViewText } from '../../mcp/methods/lists/viewText.ts';
import { UnreadAnswers } from './unread.ts';

const owner = { kind: 'client', id: 'red' } as const;
const items = [{ name: 'é'.repeat(50_000) }];
const bytes = Buffer.byteLength(JSON.stringify(items));

/** What an answer sends of this view. */
const answerOf = (view: ViewText) =>
  ({ before: '{"tools":', bytes: view.bytes, after: '}', keep: () => view.keep() }) as const;

test('answers that are on their way count the bytes of their view once', () => {
  const memory = new ByteBudget(() => 4 * bytes);
  const view = new ViewText(items);
  expect(view.count(memory.open(owner))).toBe(true);
  const unread = new UnreadAnswers(memory, owner, () => undefined);
  const frees = Array.from({ length: 10 }, () => unread.reserve(answerOf(view)));
  expect(memory.total).toBe(bytes);
  for (const free of frees) (free as () => void)();
  expect(memory.total).toBe(bytes);
  view.drop();
  expect(memory.total).toBe(0);
});

test('answers of a view that is not counted are counted one by one, and denied without room', () => {
  const memory = new ByteBudget(() => 4 * (bytes + 100));
  const view = new ViewText(items);
  const unread = new UnreadAnswers(memory, owner, () => undefined);
  const free = unread.reserve(answerOf(view));
  expect(memory.total).toBe(bytes + '{"tools":}'.length);
  expect(unread.reserve(answerOf(view))).toBe('client');
  expect(view.count(memory.open(owner))).toBe(false);
  (free as () => void)();
  expect(memory.total).toBe(0);
});
