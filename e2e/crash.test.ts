import { expect, test } from 'vitest';
import { TestGateway, sleep } from './harness/gateway.ts';
import { rpc } from './harness/rpc.ts';
import { fixture } from './harness/servers.ts';

const caller = { id: 'tester', token: 'token-of-tester-0123456789' };
const rounds = 5;

test(`SIGKILL under load, ${rounds} times: every acknowledged call is in the log, and the chain verifies`, async () => {
  await using gateway = await TestGateway.prepare({
    clients: { tester: { token: caller.token, allow_servers: ['plain'] } },
    servers: { plain: fixture('plain-server.ts') },
  });
  const acknowledged = new Set<string>();
  for (let round = 0; round < rounds; round++) {
    await gateway.run();
    await rpc(gateway, caller, 'ping');
    let running = true;
    const workers = Array.from({ length: 16 }, async (_, worker) => {
      for (let i = 0; running; i++) {
        const request = `${round}.${worker}.${i}`;
        const params = { name: 'plain__echo', arguments: { request } };
        const headers = { 'X-Request-Id': request };
        const answer = await rpc(gateway, caller, 'tools/call', params, { headers }).catch(() => undefined);
        if (answer?.body.result !== undefined) acknowledged.add(request);
        if (answer === undefined) break;
      }
    });
    await sleep(300 + 100 * round);
    await gateway.stop('SIGKILL');
    running = false;
    await Promise.all(workers);
  }
  await gateway.run();
  await gateway.stop();
  expect(acknowledged.size).toBeGreaterThan(100);
  const lines = await gateway.audit();
  const results = new Set(
    lines.filter(({ event }) => event === 'tool_result').map(({ request_id }) => request_id),
  );
  const decisions = new Set(
    lines.filter(({ event }) => event === 'tool_authz').map(({ request_id }) => request_id),
  );
  expect([...acknowledged].filter((request) => !results.has(request) || !decisions.has(request))).toEqual([]);
  expect((await gateway.cli('audit', 'verify')).code).toBe(0);
});
