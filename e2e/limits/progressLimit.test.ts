import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestGateway } from '../harness/gateway.ts';
import { callerNamed, rpc } from '../harness/rpc.ts';
import { fixture } from '../harness/servers.ts';

const caller = callerNamed('tester');
let gateway: TestGateway;

beforeAll(async () => {
  const server = (timeouts: object) => ({ ...fixture('plain-server.ts'), timeouts });
  gateway = await TestGateway.start({
    clients: { tester: { token: caller.token, allow_servers: ['extended', 'limited'] } },
    servers: {
      extended: server({ tools_call_s: 4 }),
      limited: server({ tools_call_s: 4, tools_call_max_s: 5 }),
    },
  });
});
afterAll(() => gateway[Symbol.asyncDispose]());

/** The server reports progress after half of its time, and at the end. */
async function slow(server: string, progressToken?: number) {
  const meta = progressToken === undefined ? {} : { _meta: { progressToken } };
  const params = { name: 'slow', arguments: { ms: 6_000 }, ...meta };
  return (await rpc(gateway, caller, 'tools/call', params, { path: `/mcp/${server}` })).body;
}

test('progress extends the time limit of a call, up to the limit for all', async () => {
  const [extended, limited, silent] = await Promise.all([
    slow('extended', 1),
    slow('limited', 1),
    slow('extended'),
  ]);
  expect(extended.result).toEqual({ content: [{ type: 'text', text: 'done' }] });
  for (const body of [limited, silent])
    expect(body.error).toMatchObject({ code: -32010, data: { kind: 'timeout' } });
});
