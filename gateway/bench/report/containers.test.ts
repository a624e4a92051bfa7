import { expect, test } from 'vitest';
import { containerRatios, renderContainers } from './containers.ts';
import { summarize } from './summary.ts';

const sample = {
  calls: 10,
  callsPerSecond: 100,
  cpuMsPerCall: 0.2,
  p99Ms: 3,
  rssMib: 100,
  generatorLoad: 0.1,
};
const row = (contender: string, connections: number, ...p50s: number[]) =>
  summarize(
    { name: contender, kind: 'lmcp' },
    connections,
    p50s.map((p50Ms) => ({ ...sample, p50Ms })),
  );
const figures = {
  rows: [
    row('process', 1, 1, 10, 2),
    row('container', 1, 1.2, 11, 4),
    row('process', 16, 2),
    row('container', 16, 3),
  ],
  starts: [
    { name: 'LMCP', medianMs: 300, bestMs: 280 },
    { name: 'docker run -i', medianMs: 400, bestMs: 350 },
  ],
  afterKill: [900, 300, 400],
};

test('each container is compared with the process in the same round, at the same number of connections', () => {
  expect(containerRatios(figures)).toEqual({
    warmCalls: [
      { connections: 1, ratio: 1.2 },
      { connections: 16, ratio: 1.5 },
    ],
    starts: [{ against: 'docker run -i', ratio: 0.75 }],
  });
});

test('says which aim is met and which is missed', () => {
  const text = renderContainers(figures);
  expect(text).toContain('1.20 times one into a process (p50, 1 concurrent); the aim is at most 1.3: met');
  expect(text).toContain(
    '1.50 times one into a process (p50, 16 concurrent); the aim is at most 1.3: missed',
  );
  expect(text).toContain('0.75 times that of docker run -i; the aim is at most 1: met');
  expect(text).toContain('was killed takes 400 ms (worst 900); the aim is at most 500: met');
});
