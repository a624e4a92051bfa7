import { expect, test } from 'vitest';
import { renderProduct } from './product.ts';

test('says of each figure of the package whether its aim is met', () => {
  const text = renderProduct({
    startMs: { median: 180.4, best: 170 },
    idleRssMib: { median: 80, best: 79 },
    bridgeRssMib: { median: 55, best: 55 },
    bridgeAddedP50Ms: 1.25,
    starts: [],
    bridge: [],
  });
  expect(text.split('\n')).toEqual([
    'The package, median (best)',
    '  start to /health, ms    180 (170); the aim is at most 200: met',
    '  RSS when idle, MiB        80 (79); the aim is at most 75: missed',
    '  RSS of lmcp stdio, MiB    55 (55); the aim is at most 60: met',
    '  added by it to p50, ms       1.25; the aim is at most 1: missed',
  ]);
});
