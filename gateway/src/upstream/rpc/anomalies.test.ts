import { expect, test } from 'vitest';
import { Anomalies } from './anomalies.ts';

test('the first is told immediately, the rest summed up', () => {
  let time = 0;
  const reports: [string, number][] = [];
  const anomalies = new Anomalies({ now: () => time, monotonic: () => time }, (what, count) =>
    reports.push([what, count]),
  );
  for (let i = 0; i < 1_000; i++) anomalies.add('garbage');
  anomalies.add('unknown_id');
  time = 10_000;
  anomalies.add('garbage');
  anomalies.add('garbage');
  anomalies.flush();
  anomalies.flush();
  expect(reports).toEqual([
    ['garbage', 1],
    ['unknown_id', 1],
    ['garbage', 1_000],
    ['garbage', 1],
  ]);
});
