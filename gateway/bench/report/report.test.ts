import { expect, test } from 'vitest';
import type { Contender } from '../contenders/contender.ts';
import { ratiosOf } from './ratios.ts';
import { summarize, type Row, type Sample } from './summary.ts';
import { renderRatios, renderTable } from './table.ts';

function sample(callsPerSecond: number, cpuMsPerCall: number | null): Sample {
  const rssMib = cpuMsPerCall === null ? null : 80;
  return { calls: 1000, callsPerSecond, cpuMsPerCall, p50Ms: 1.25, p99Ms: 9, rssMib, generatorLoad: 0.5 };
}

function row(name: string, kind: Contender['kind'], connections: number, ...samples: Sample[]): Row {
  return summarize({ name, kind }, connections, samples);
}

const rows = [
  row('direct', 'direct', 1, sample(9000, null)),
  row('peer', 'peer', 1, sample(1000, 0.8), sample(900, 0.9), sample(1100, 0.7)),
  row('ours', 'lmcp', 1, sample(4000, 0.2), sample(3000, 0.3), sample(5000, 0.1)),
  row('peer', 'peer', 16, sample(500, 1)),
  row('ours', 'lmcp', 16, sample(2000, 0.25)),
];

test('best is the most calls and the least CPU, median the middle round', () => {
  expect(rows[2]?.callsPerSecond).toEqual({ best: 5000, median: 4000 });
  expect(rows[2]?.cpuMsPerCall).toEqual({ best: 0.1, median: 0.2 });
  expect(rows[0]?.cpuMsPerCall).toBeNull();
});

test('ratios compare medians at the same number of connections', () => {
  expect(ratiosOf(rows)).toEqual([
    { connections: 1, contender: 'ours', against: 'direct', callsPerSecond: 4000 / 9000, cpuPerCall: null },
    { connections: 1, contender: 'ours', against: 'peer', callsPerSecond: 4, cpuPerCall: 0.25 },
    { connections: 16, contender: 'ours', against: 'peer', callsPerSecond: 4, cpuPerCall: 0.25 },
  ]);
});

test('the table is aligned, with a dash where there is no gateway', () => {
  const [first, ...others] = renderTable(rows).split('\n\n');
  expect(others).toHaveLength(1);
  const lines = first!.split('\n');
  expect(lines[0]).toBe('1 connection, median (best)');
  expect(new Set(lines.slice(1).map((line) => line.length)).size).toBe(1);
  expect(lines[2]).toMatch(/^direct +- +9000 \(9000\) +1\.25 \(1\.25\) +9\.00 \(9\.00\) +-$/);
  expect(lines[4]).toMatch(/^ours +0\.200 \(0\.100\) +4000 \(5000\)/);
});

test('ratios read as sentences', () => {
  expect(renderRatios(ratiosOf(rows))).toContain(
    'ours: 4.00 times the calls/s of peer, 0.25 times its CPU a call',
  );
});
