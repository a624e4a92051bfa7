import { expect, test } from 'vitest';
import { renderLists } from './lists.ts';

const figure = (median: number) => ({ median, best: median / 2 });
const row = (name: string, p99: number) => ({
  name,
  servers: 34,
  tools: 612,
  bytes: 1024 ** 2,
  processes: 1,
  firstEverMs: figure(2000),
  afterRestartMs: figure(60),
  warmP50Ms: figure(4),
  warmP99Ms: figure(p99),
  duringCallsP99Ms: figure(20),
  samples: [],
});

test('lists are in a table, with the aim of a warm one', () => {
  const [title, head, first, second, ...verdicts] = renderLists([row('a', 8), row('b', 12)]).split('\n');
  expect(title).toBe('Lists, median (best)');
  expect([head?.length, second?.length]).toEqual([first?.length, first?.length]);
  expect(first).toMatch(
    /^a +612 +1\.00 +2000 \(1000\) +60 \(30\) +1 +4\.0 \(2\.0\) +8\.0 \(4\.0\) +20\.0 \(10\.0\)$/,
  );
  expect(verdicts).toEqual([
    '  a warm list of a takes 8.0 ms (p99); the aim is at most 10: met',
    '  a warm list of b takes 12.0 ms (p99); the aim is at most 10: missed',
  ]);
});
