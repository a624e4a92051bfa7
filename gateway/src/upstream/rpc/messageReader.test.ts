import { expect, test } from 'vitest';
import { MessageReader } from './messageReader.ts';

const large = JSON.stringify({ numbers: Array.from({ length: 150_000 }, (_, n) => n) });

test('large messages of many instances of one server do not come between the slices of another’s', async () => {
  const read: string[] = [];
  const reader = (serverId: string): MessageReader =>
    new MessageReader(serverId, { message: () => void read.push(serverId), garbage: () => undefined });
  const greedy = Array.from({ length: 20 }, async () => reader('greedy').receive(large, large.length));
  await reader('other').receive(large, large.length);
  // Each had as many slices: with one slice of each message in a turn, the first twenty would have come first.
  expect(read.filter((one) => one === 'greedy').length).toBeLessThanOrEqual(2);
  await Promise.all(greedy);
  expect(read).toHaveLength(21);
});

test('what comes after a large message waits for it', async () => {
  const read: unknown[] = [];
  const reader = new MessageReader('one', {
    message: (message) => void read.push(Object.keys(message as object)[0]),
    garbage: () => void read.push('garbage'),
  });
  const all = [large, '{"small":1}', 'no message', large].map(async (text) =>
    reader.receive(text, text.length),
  );
  await Promise.all(all);
  expect(read).toEqual(['numbers', 'small', 'garbage', 'numbers']);
});
