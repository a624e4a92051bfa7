import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TestGateway } from '../harness/gateway.ts';
import { conformanceServer, startFixture, type RunningFixture } from './directFixture.ts';
import { lost, runSuite, suites, table, type Results, type Suite } from './suites.ts';
import { tokenProxy, type TokenProxy } from './tokenProxy.ts';

const caller = { id: 'suite', token: 'token-of-suite-0123456789' };
let fixture: RunningFixture;
let gateway: TestGateway;
let proxy: TokenProxy;
const direct = new Map<Suite, Results>();

beforeAll(async () => {
  fixture = await startFixture();
  gateway = await TestGateway.start({
    clients: { suite: { token: caller.token, allow_servers: ['stdio', 'http'] } },
    servers: {
      stdio: { transport: 'stdio', command: process.execPath, args: [conformanceServer] },
      http: { transport: 'http', url: fixture.url },
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

describe.each(Object.keys(suites) as Suite[])('conformance %s', (suite) => {
  beforeAll(async () => {
    direct.set(suite, await runSuite(suite, fixture.url));
  });

  test('the fixture passes all but tasks', () => {
    const failed = [...(direct.get(suite) ?? [])].filter(([, failures]) =>
      failures.some((failure) => failure.includes(' FAILURE: ')),
    );
    expect(direct.get(suite)?.size).toBeGreaterThan(25);
    expect(failed.filter(([scenario]) => !scenario.startsWith('tasks-'))).toEqual([]);
  });

  test.each(['stdio', 'http'])('what passes directly passes through the gateway, over %s', async (server) => {
    const through = await runSuite(suite, `${proxy.origin}/mcp/${server}`);
    const before = direct.get(suite) ?? new Map<string, string[]>();
    process.stdout.write(
      `\nconformance ${suite}, over ${server}: directly, through LMCP\n${table(before, through)}\n`,
    );
    expect(lost(before, through)).toEqual([]);
  });
});
