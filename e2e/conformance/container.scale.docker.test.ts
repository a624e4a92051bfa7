import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root } from '../harness/gateway.ts';
import { compared, runSuite, suites, table, type Suite } from './suites.ts';
import { bothWays, type BothWays } from './throughGateway.ts';

let ways: BothWays;

beforeAll(async () => {
  ways = await bothWays(() => ({
    container: {
      transport: 'stdio',
      image: 'node:24-bookworm-slim',
      pull: 'never',
      args: ['node', '/e2e/fixtures/conformance/conformance-server.ts'],
      mounts: [{ source: join(root, 'e2e'), target: '/e2e', read_only: true }],
    },
  }));
});
afterAll(() => ways.close());

test.each(Object.keys(suites) as Suite[])('conformance %s, in a container', async (suite) => {
  const direct = await runSuite(suite, ways.direct);
  const { through, lost } = await compared(suite, direct, `${ways.origin}/mcp/container`);
  process.stdout.write(
    `\nconformance ${suite}, in a container: directly, through LMCP\n${table(direct, through)}\n`,
  );
  expect(lost).toEqual([]);
});
