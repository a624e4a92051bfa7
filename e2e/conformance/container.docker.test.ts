import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root, TestGateway } from '../harness/gateway.ts';
import { startFixture, type RunningFixture } from './directFixture.ts';
import { lost, runSuite, suites, table, type Suite } from './suites.ts';
import { tokenProxy, type TokenProxy } from './tokenProxy.ts';

const caller = { id: 'suite', token: 'token-of-suite-0123456789' };
let fixture: RunningFixture;
let gateway: TestGateway;
let proxy: TokenProxy;

beforeAll(async () => {
  fixture = await startFixture();
  gateway = await TestGateway.start({
    clients: { suite: { token: caller.token, allow_servers: ['container'] } },
    servers: {
      container: {
        transport: 'stdio',
        image: 'node:24-bookworm-slim',
        pull: 'never',
        args: ['node', '/e2e/fixtures/conformance-server.ts'],
        mounts: [{ source: join(root, 'e2e'), target: '/e2e', read_only: true }],
      },
    },
  });
  proxy = await tokenProxy(gateway.origin, {
    'x-lmcp-client-id': caller.id,
    'x-lmcp-token': caller.token,
  });
});
afterAll(async () => {
  proxy.close();
  await gateway[Symbol.asyncDispose]();
  fixture.stop();
});

test.each(Object.keys(suites) as Suite[])('conformance %s, in a container', async (suite) => {
  const direct = await runSuite(suite, fixture.url);
  const through = await runSuite(suite, `${proxy.origin}/mcp/container`);
  process.stdout.write(
    `\nconformance ${suite}, in a container: directly, through LMCP\n${table(direct, through)}\n`,
  );
  expect(lost(direct, through)).toEqual([]);
});
