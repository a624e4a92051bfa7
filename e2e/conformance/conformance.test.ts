import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { longRun } from '../harness/atScale.ts';
import { lmcpProgram } from '../harness/commandLine.ts';
import { conformanceServer } from './directFixture.ts';
import { compared, runSuite, suites, table, withoutAccidents, type Results, type Suite } from './suites.ts';
import { bothWays, type BothWays } from './throughGateway.ts';

let ways: BothWays;
const direct = new Map<Suite, Results>();

beforeAll(async () => {
  ways = await bothWays((url, registryPath) => ({
    stdio: { transport: 'stdio', command: process.execPath, args: [conformanceServer] },
    http: { transport: 'http', url },
    // The bridge, as an application starts it, in front of the same gateway.
    bridge: {
      transport: 'stdio',
      command: process.execPath,
      args: [lmcpProgram, 'stdio', '--client', 'suite', '--server', 'stdio', '--registry', registryPath],
    },
  }));
});
afterAll(() => ways.close());

/** In the everyday run each suite goes one way with what it has in common, and the newest of each era another. */
function waysOf(suite: Suite): readonly string[] {
  if (longRun) return ['stdio', 'http', 'bridge'];
  if (suite.endsWith('2026-07-28')) return ['stdio', 'http'];
  return suite.endsWith('2025-11-25') ? ['stdio', 'bridge'] : ['http'];
}

/** The scenarios that failed, but for those whose names begin so. */
function failedBut(results: Results, prefix: string): string[] {
  return [...results]
    .filter(([scenario, failures]) => !scenario.startsWith(prefix) && failures.some(isFailure))
    .map(([scenario]) => scenario);
}

const isFailure = (failure: string): boolean => failure.includes(' FAILURE: ');

describe.each(Object.keys(suites) as Suite[])('conformance %s', (suite) => {
  beforeAll(async () => {
    const results = await runSuite(suite, ways.direct);
    direct.set(suite, await withoutAccidents(suite, ways.direct, results, failedBut(results, 'tasks-')));
  });

  test('the fixture passes all but tasks', () => {
    const results = direct.get(suite) ?? new Map<string, string[]>();
    expect(results.size).toBeGreaterThan(25);
    expect(failedBut(results, 'tasks-').map((scenario) => [scenario, results.get(scenario)])).toEqual([]);
  });

  test.each(waysOf(suite))('what passes directly passes through the gateway, over %s', async (server) => {
    const before = direct.get(suite) ?? new Map<string, string[]>();
    const { through, lost } = await compared(suite, before, `${ways.origin}/mcp/${server}`);
    process.stdout.write(
      `\nconformance ${suite}, over ${server}: directly, through LMCP\n${table(before, through)}\n`,
    );
    expect(lost).toEqual([]);
  });
});
