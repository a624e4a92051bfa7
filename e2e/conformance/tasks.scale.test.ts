import { afterAll, beforeAll, expect, test } from 'vitest';
import { startOverHttp, tasksServer } from './directFixture.ts';
import { runPackage } from './suites.ts';
import { bothWays, type BothWays } from './throughGateway.ts';

let ways: BothWays;

beforeAll(async () => {
  ways = await bothWays(
    (url) => ({
      http: { transport: 'http', url },
      stdio: { transport: 'stdio', command: process.execPath, args: [tasksServer] },
    }),
    startOverHttp(tasksServer),
  );
});
afterAll(() => ways.close());

/** Status notifications have no checks in this version of the suite. */
const scenarios = [
  'tasks-lifecycle',
  'tasks-capability-negotiation',
  'tasks-wire-fields',
  'tasks-request-state-removal',
  'tasks-mrtr-input',
  'tasks-request-headers',
  'tasks-dispatch-and-envelope',
  'tasks-required-task-error',
];

async function failing(url: string, scenario: string): Promise<readonly string[]> {
  const revision = ['--spec-version', '2026-07-28', '--force'];
  const options = ['server', ...revision, '--scenario', scenario, '--url', url];
  return (await runPackage('conformance-2026', options)).get(scenario) ?? ['was not run'];
}

test.each(scenarios)('%s passes directly, and through the gateway over http and stdio', async (scenario) => {
  expect(await failing(ways.direct, scenario)).toEqual([]);
  for (const server of ['http', 'stdio'])
    expect(await failing(`${ways.origin}/mcp/${server}`, scenario)).toEqual([]);
});
