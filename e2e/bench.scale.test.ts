import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runToEnd } from './harness/commandLine.ts';
import { root } from './harness/gateway.ts';

interface Measured {
  readonly rows: readonly { readonly contender: string; readonly connections: number }[];
  readonly lists: readonly { readonly name: string; readonly tools: number; readonly processes: number }[];
  readonly package: { readonly starts: readonly object[]; readonly bridge: readonly object[] };
  readonly containers: { readonly rows: readonly object[]; readonly starts: readonly object[] };
}

test('the benchmark runs whole, and leaves nothing behind', { timeout: 600_000 }, async () => {
  const folder = join(root, '.runtime/bench');
  mkdirSync(folder, { recursive: true });
  const main = join(root, 'gateway/bench/main.ts');
  const { code, stdout, stderr } = await runToEnd([main, '--folder', folder, '--quick', '--json']);
  expect([code, stdout === '' ? stderr : '']).toEqual([0, '']);
  const measured = JSON.parse(stdout) as Measured;
  const contenders = new Set(measured.rows.map(({ contender }) => contender));
  expect([...contenders].map((name) => name.split(' ')[0])).toEqual([
    'direct',
    'LMCP',
    'LMCP',
    'mcp-proxy',
    'supergateway',
  ]);
  expect(measured.rows).toHaveLength(contenders.size * 3);
  // After a restart a list needs the gateway alone.
  expect(measured.lists).toMatchObject([
    { name: '34 servers', tools: 612, processes: 1 },
    { name: '2,000 tools', tools: 2000, processes: 1 },
  ]);
  expect([measured.package.starts.length, measured.package.bridge.length > 0]).toEqual([2, true]);
  expect(measured.containers.rows.length * measured.containers.starts.length).toBeGreaterThan(0);
  expect(readdirSync(folder).filter((name) => name.startsWith('run-'))).toEqual([]);
});
