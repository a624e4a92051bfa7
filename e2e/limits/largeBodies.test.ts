import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestGateway } from '../harness/gateway.ts';
import { callerNamed, callTool } from '../harness/rpc.ts';
import { fixture } from '../harness/servers.ts';

const caller = callerNamed('tester');
let gateway: TestGateway;

beforeAll(async () => {
  gateway = await TestGateway.start({
    lmcp: { max_body_mib: 8 },
    clients: { tester: { token: caller.token, allow_servers: ['plain'] } },
    servers: { plain: fixture('plain-server.ts') },
  });
});
afterAll(() => gateway[Symbol.asyncDispose]());

test.each([1.2, 7.9])('passes on %d MiB of arguments below lmcp.max_body_mib', async (mib) => {
  const content = 'x'.repeat(mib * 1024 ** 2);
  const { body } = await callTool(gateway, caller, 'plain__echo', { content });
  expect(body.error).toBeUndefined();
  expect(body.result?.['structuredContent']).toEqual({ content });
});

test('rejects more, and names the setting', async () => {
  const answer = await callTool(gateway, caller, 'plain__echo', { content: 'x'.repeat(8 * 1024 ** 2) });
  expect(answer.status).toBe(413);
  expect(answer.text).toContain('at most 8 MiB: send less, or raise lmcp.max_body_mib');
});
