import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { conformanceServer } from './directFixture.ts';
import { lost, runSuite, suites, table, type Results, type Suite } from './suites.ts';
import { bothWays, type BothWays } from './throughGateway.ts';

let ways: BothWays;
const direct = new Map<Suite, Results>();

beforeAll(async () => {
  ways = await bothWays((url) => ({
    stdio: { transport: 'stdio', command: process.execPath, args: [conformanceServer] },
    http: { transport: 'http', url },
  }));
});
afterAll(() => ways.close());

describe.each(Object.keys(suites) as Suite[])('conformance %s', (suite) => {
  beforeAll(async () => {
    direct.set(suite, await runSuite(suite, ways.direct));
  });

  test('the fixture passes all but tasks', () => {
    const failed = [...(direct.get(suite) ?? [])].filter(([, failures]) =>
      failures.some((failure) => failure.includes(' FAILURE: ')),
    );
    expect(direct.get(suite)?.size).toBeGreaterThan(25);
    expect(failed.filter(([scenario]) => !scenario.startsWith('tasks-'))).toEqual([]);
  });

  test.each(['stdio', 'http'])('what passes directly passes through the gateway, over %s', async (server) => {
    const through = await runSuite(suite, `${ways.origin}/mcp/${server}`);
    const before = direct.get(suite) ?? new Map<string, string[]>();
    process.stdout.write(
      `\nconformance ${suite}, over ${server}: directly, through LMCP\n${table(before, through)}\n`,
    );
    expect(lost(before, through)).toEqual([]);
  });
});
