import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { readInSlices } from './json/losslessReader.ts';
import { Turns } from './turns.ts';

test('requests begin immediately while they fit into a turn of the event loop', async () => {
  const turns = new Turns();
  for (let turn = 0; turn < 5; turn++) {
    for (let n = 0; n < 16; n++) expect(turns.begin('a')).toBeUndefined();
    expect(turns.begin('a')).toBeDefined();
    await nextTurn();
    await nextTurn();
    await nextTurn();
  }
});

test('of 10,000 requests of one client at most one begins before each that nine others send after them', async () => {
  const turns = new Turns();
  const order: string[] = [];
  const begin = (client: string): Promise<void> => {
    const turn = turns.begin(client);
    if (turn !== undefined) return turn.then(() => void order.push(client));
    order.push(client);
    return Promise.resolve();
  };
  const greedy = Array.from({ length: 10_000 }, () => begin('greedy'));
  const before = order.length;
  expect(before).toBe(16);
  const others = Array.from({ length: 9 }, (_, n) => [begin(`${n}`), begin(`${n}`), begin(`${n}`)]).flat();
  await Promise.all(others);
  for (let n = 0; n < 9; n++) {
    const places = order.flatMap((one, place) => (one === `${n}` ? [place] : []));
    expect(places).toHaveLength(3);
    places.forEach((place, turn) =>
      expect(order.slice(before, place).filter((one) => one === 'greedy').length).toBeLessThanOrEqual(
        turn + 1,
      ),
    );
  }
  await Promise.all(greedy);
  expect(order).toHaveLength(10_027);
});

test('the slices of many large bodies of one client do not come between those of another', async () => {
  const turns = new Turns();
  const order: string[] = [];
  const text = `[${'1,'.repeat(500_000)}1]`;
  const read = (client: string): Promise<unknown> =>
    readInSlices(text, async () => {
      await turns.next(client);
      order.push(client);
    });
  const greedy = Array.from({ length: 20 }, () => read('greedy'));
  await read('other');
  const slices = order.filter((one) => one === 'other').length;
  expect(slices).toBeGreaterThan(10);
  // Twenty bodies of the other client had one slice for each of this one's, not twenty.
  expect(
    order.slice(0, order.lastIndexOf('other')).filter((one) => one === 'greedy').length,
  ).toBeLessThanOrEqual(slices * 2 + 16);
  await Promise.all(greedy);
});
