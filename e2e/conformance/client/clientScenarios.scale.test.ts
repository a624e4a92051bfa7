import { afterAll, beforeAll, expect, test } from 'vitest';
import { lmcpAsClient, type LmcpAsClient } from './lmcpAsClient.ts';
import { failuresOf, notOffered, runClientSuite } from './runClientSuite.ts';

let client: LmcpAsClient;

beforeAll(async () => {
  client = await lmcpAsClient();
});
afterAll(() => client[Symbol.asyncDispose]());

test.each([
  ['2025-11-25', 25],
  ['2026-07-28', 39],
] as const)(
  'LMCP as a client passes what %s requires of clients',
  async (revision, scenarios) => {
    const results = await runClientSuite(client, '--requirements', revision);
    for (const [scenario, failed] of results)
      process.stdout.write(`${failed.length === 0 ? 'passes' : 'fails '} ${revision} ${scenario}\n`);
    expect(results.size).toBe(scenarios);
    expect(notOffered.filter((scenario) => results.get(scenario)?.length === 0)).toEqual([]);
    expect(await failuresOf(client, results, '--spec-version', revision)).toEqual([]);
  },
  600_000,
);
